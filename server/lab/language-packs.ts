import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findSitePackages } from '../site-packages.ts';
import { DerivedFromFiles } from './derived-from-files.ts';
import { GettextCatalogue } from './gettext-catalogue.ts';
import { isJsonObject, objectAt, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabLog } from './lab-log.ts';
import { DEFAULT_LOCALE, isValidLocale, localeName, PSEUDO_LOCALE } from './locale-names.ts';
import { entryPoints } from './entry-points.ts';
import { isNewerVersion } from './python-version.ts';
import { translateSchema, translationDomain } from './translate-schema.ts';

export interface TranslationReply {
  readonly data: JsonObject;
  readonly message: string;
}

interface InstalledTranslations {
  /** Locale → folder of the language pack's Python module. */
  readonly packs: ReadonlyMap<string, string>;
  /** Extension's package → folder of its module, which holds translations of its own. */
  readonly packages: ReadonlyMap<string, string>;
}

/** Made for one language pack; another one, or its upgrade, needs another. */
interface KeptTranslator {
  readonly installed: InstalledTranslations;
  readonly pack: string;
  readonly translate: Promise<(schema: JsonObject) => JsonObject>;
}

/** Language packs installed in the Python environment (`jupyterlab-language-pack-*`). */
export class LanguagePacks {
  private readonly installed: DerivedFromFiles<InstalledTranslations>;
  private translator: KeptTranslator | undefined;

  /** @param systemLocale what `default` means. */
  constructor(
    prefix: string,
    private readonly systemLocale: string,
    private readonly log: LabLog,
  ) {
    this.installed = new DerivedFromFiles(async (inputs) => {
      // Looked at for its own sake: another Python, installed meanwhile, has packages of its own.
      await inputs.list(join(prefix, 'lib'));
      const packages = await findSitePackages(prefix);
      return {
        packs: await entryPoints(inputs, packages, 'jupyterlab.languagepack'),
        packages: await entryPoints(inputs, packages, 'jupyterlab.locale'),
      };
    });
  }

  /** Which languages there are, named in the one that is shown. */
  async list(chosen: string): Promise<TranslationReply> {
    const { packs } = await this.installed.get();
    const shown = this.resolve(chosen);
    const display = packs.has(shown) && isValidLocale(shown) ? shown : DEFAULT_LOCALE;
    const entry = (locale: string): JsonObject => ({
      displayName: localeName(locale, display),
      nativeName: localeName(locale, locale),
    });
    const data: JsonObject = { [DEFAULT_LOCALE]: entry(DEFAULT_LOCALE) };
    const invalid: string[] = [];
    for (const locale of packs.keys()) {
      if (locale === PSEUDO_LOCALE)
        data[locale] = { displayName: 'Pseudo-language', nativeName: 'to translate the UI' };
      else if (isValidLocale(locale)) data[locale] = entry(locale);
      else invalid.push(locale);
    }
    const message = invalid.length === 0 ? '' : `The following locales are invalid: ${invalid.join(', ')}!`;
    return { data, message };
  }

  /** A language's texts by gettext domain; a message where there are none. */
  async load(chosen: string): Promise<TranslationReply> {
    const locale = this.resolve(chosen);
    if (locale !== PSEUDO_LOCALE && !isValidLocale(locale)) {
      return { data: {}, message: `Language pack '${locale}' not valid!` };
    }
    const { packs, packages } = await this.installed.get();
    const pack = packs.get(locale);
    if (pack === undefined) return { data: {}, message: `Language pack '${locale}' not installed!` };
    const data = await this.readDomains(pack);
    for (const [name, directory] of packages) {
      const own = await this.readDomain(join(directory, 'locale', locale, 'LC_MESSAGES', `${name}.json`));
      if (own !== null) data[name] = mergeDomains(data[name], own);
    }
    return { data, message: '' };
  }

  /** What puts schemas into a language; the same function for as long as the language pack is the same. */
  async schemaTranslator(chosen: string): Promise<(schema: JsonObject) => JsonObject> {
    const locale = this.resolve(chosen);
    // Most people's; it must not cost a look into every Python package.
    if (locale === DEFAULT_LOCALE || locale === 'en_US') return untranslated;
    const installed = await this.installed.get();
    const pack = installed.packs.get(locale);
    if (pack === undefined) return untranslated;
    if (this.translator?.installed !== installed || this.translator.pack !== pack) {
      this.translator = { installed, pack, translate: this.makeTranslator(pack, locale) };
    }
    return this.translator.translate;
  }

  private async makeTranslator(pack: string, locale: string): Promise<(schema: JsonObject) => JsonObject> {
    const catalogues = new Map<string, GettextCatalogue>();
    const folder = join(pack, 'locale', locale, 'LC_MESSAGES');
    for (const name of await readdir(folder).catch(() => [] as string[])) {
      if (!name.endsWith('.mo')) continue;
      try {
        catalogues.set(
          name.slice(0, -'.mo'.length),
          GettextCatalogue.parse(await readFile(join(folder, name))),
        );
      } catch (error) {
        this.log.warn(`${join(folder, name)} is ignored: ${String(error)}`);
      }
    }
    const translated = new WeakMap<JsonObject, JsonObject>();
    return (schema) => {
      const catalogue = catalogues.get(translationDomain(schema));
      if (catalogue === undefined) return schema;
      let copy = translated.get(schema);
      if (copy === undefined) {
        copy = translateSchema(schema, (context, text) => catalogue.translate(context, text));
        translated.set(schema, copy);
      }
      return copy;
    };
  }

  private async readDomains(pack: string): Promise<JsonObject> {
    const data: JsonObject = {};
    const files = await readdir(pack, { recursive: true }).catch(() => [] as string[]);
    for (const file of files.sort()) {
      if (!file.endsWith('.json') || basename(dirname(file)) !== 'LC_MESSAGES') continue;
      const domain = await this.readDomain(join(pack, file));
      if (domain !== null) data[basename(file, '.json')] = domain;
    }
    return data;
  }

  private async readDomain(path: string): Promise<JsonObject | null> {
    try {
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      return isJsonObject(value) ? value : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.log.warn(`${path} is ignored: ${String(error)}`);
      return null;
    }
  }

  private resolve(locale: string): string {
    return locale === '' || locale === 'default' ? this.systemLocale : locale;
  }
}

const untranslated = (schema: JsonObject): JsonObject => schema;

/** An extension's own translations win over the language pack's where they are newer. */
function mergeDomains(pack: unknown, own: JsonObject): JsonObject {
  if (!isJsonObject(pack)) return own;
  const [theirs, ours] = [objectAt(pack, ''), objectAt(own, '')];
  const [packVersion, ownVersion] = [stringAt(theirs, 'version'), stringAt(ours, 'version')];
  const sameDomain = theirs['domain'] === ours['domain'];
  const newer =
    sameDomain && packVersion !== null && ownVersion !== null && isNewerVersion(ownVersion, packVersion);
  return newer ? { ...pack, ...own } : pack;
}
