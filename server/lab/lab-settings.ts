import { join } from 'node:path';
import JSON5 from 'json5';
import { HttpError } from '../http-error.ts';
import { DerivedFromFiles } from './derived-from-files.ts';
import { jsonReply } from './json-reply.ts';
import type { LabReply } from './json-reply.ts';
import type { JsonObject } from './json-object.ts';
import type { LabApplication } from './lab-application.ts';
import { readLabInstallation } from './lab-installation.ts';
import { replaceFile } from './replace-file.ts';
import { schemaError, validateAgainst } from './schema-validation.ts';
import { readSettingsCatalogue } from './settings-catalogue.ts';
import type { SettingsSchema } from './settings-catalogue.ts';
import { readSettingsOverrides } from './settings-overrides.ts';
import { readUserSettings, userSettingsPath } from './user-settings.ts';
import type { UserSettings } from './user-settings.ts';

/** Puts a schema's texts into the person's language. The same object for the same schema and language. */
export type TranslateSchema = (schema: JsonObject) => JsonObject;

type Catalogue = ReadonlyMap<string, SettingsSchema>;

interface ListedReply {
  readonly catalogue: Catalogue;
  readonly user: ReadonlyMap<string, UserSettings>;
  readonly translate: TranslateSchema;
  readonly reply: LabReply;
}

const TRANSLATION_PLUGIN = '@jupyterlab/translation-extension:plugin';

/** The settings of all plugins: schemas of the installed packages, with what a person set. */
export class LabSettings {
  private readonly catalogue: DerivedFromFiles<Catalogue>;
  private readonly user: DerivedFromFiles<ReadonlyMap<string, UserSettings>>;
  private listed: ListedReply | undefined;

  constructor(
    private readonly application: LabApplication,
    private readonly translator: (locale: string) => Promise<TranslateSchema>,
  ) {
    const { directories, labextensions, log } = application;
    this.catalogue = new DerivedFromFiles(async (inputs) => {
      const installation = await readLabInstallation(inputs, directories.applications, log);
      if (installation === null) return new Map();
      const overrides = await readSettingsOverrides(
        inputs,
        join(installation.directory, 'settings'),
        directories.config,
        log,
      );
      const schemas = { application: join(installation.directory, 'schemas'), labextensions };
      return withoutInvalid(await readSettingsCatalogue(inputs, schemas, overrides, log), application);
    });
    this.user = new DerivedFromFiles((inputs) => readUserSettings(inputs, directories.userSettings));
  }

  /** `{settings: [{id}]}`, ids descending. */
  async ids(): Promise<LabReply> {
    return jsonReply({ settings: descending(await this.catalogue.get()).map(({ id }) => ({ id })) });
  }

  /** `{settings: [{id, schema, version, raw, settings, warning, last_modified, created}]}`, ids descending. */
  async list(): Promise<LabReply> {
    const [catalogue, user] = await Promise.all([this.catalogue.get(), this.user.get()]);
    const translate = await this.translator(localeIn(user));
    const { listed } = this;
    if (listed?.catalogue === catalogue && listed.user === user && listed.translate === translate)
      return listed.reply;
    const settings: JsonObject[] = [];
    for (const plugin of descending(catalogue)) {
      const schema = plugin.federated ? plugin.schema : translate(plugin.schema);
      const { warning, ...model } = await this.model(plugin, schema, user.get(plugin.id));
      settings.push(warning === null ? { ...model, warning } : model);
    }
    const reply = jsonReply({ settings });
    this.listed = { catalogue, user, translate, reply };
    return reply;
  }

  /** One plugin's, without `warning`. @throws HttpError 404, 500 where what is on disk is no JSON5. */
  async get(id: string): Promise<LabReply> {
    const plugin = await this.find(id);
    const user = await this.user.get();
    const own = user.get(id);
    if (own !== undefined && own.settings === null) {
      throw new HttpError(500, `Failed loading settings (${id}): ${own.problem}`);
    }
    const translate = await this.translator(localeIn(user));
    const model = await this.model(plugin, translate(plugin.schema), own);
    // Logged already; Jupyter's answer for one plugin has no such key.
    delete model['warning'];
    return jsonReply(model);
  }

  /** Keeps the text verbatim where it suits the schema. @throws HttpError 400, 404. */
  async save(id: string, raw: string): Promise<void> {
    let value: unknown;
    try {
      value = JSON5.parse(raw);
    } catch (error) {
      throw new HttpError(400, `Failed parsing settings: ${(error as Error).message}`, null, {
        cause: error,
      });
    }
    const { schema } = await this.find(id);
    const complaint = await validateAgainst(schema, value);
    if (complaint !== null) throw new HttpError(400, `Failed validating input: ${complaint}`);
    await replaceFile(userSettingsPath(this.application.directories.userSettings, id), raw);
  }

  /** The language that the person chose; `default` for the system's. */
  async locale(): Promise<string> {
    return localeIn(await this.user.get());
  }

  private async find(id: string): Promise<SettingsSchema> {
    const plugin = (await this.catalogue.get()).get(id);
    if (plugin !== undefined) return plugin;
    throw new HttpError(404, id.includes(':') ? `Schema not found: ${id}` : `Settings not found (${id})`);
  }

  private async model(
    plugin: SettingsSchema,
    schema: JsonObject,
    own: UserSettings | undefined,
  ): Promise<JsonObject> {
    const { id, version } = plugin;
    const times = own?.times ?? { last_modified: null, created: null };
    const warning = own === undefined ? null : await this.problemOf(plugin, own);
    if (warning !== null) this.application.log.warn(warning);
    const settings = own === undefined || warning !== null ? {} : own.settings;
    const raw = own === undefined || warning !== null ? '{}' : own.raw;
    return { id, schema, version, raw, settings, warning, ...times };
  }

  private async problemOf({ id, schema }: SettingsSchema, own: UserSettings): Promise<string | null> {
    if (own.settings === null) return `Failed loading settings (${id}): ${own.problem}`;
    if (Object.keys(own.settings).length === 0) return null;
    const complaint = await validateAgainst(schema, own.settings);
    return complaint === null ? null : `Failed validating settings (${id}): ${complaint}`;
  }
}

/** Jupyter answers 500 to everything for one bad schema; here only the plugin that has it goes without settings. */
async function withoutInvalid(catalogue: Catalogue, { log }: LabApplication): Promise<Catalogue> {
  const valid = new Map<string, SettingsSchema>();
  for (const [id, plugin] of catalogue) {
    const complaint = await schemaError(plugin.schema);
    if (complaint === null) valid.set(id, plugin);
    else log.warn(`Failed validating schema (${id}) in ${plugin.path}: ${complaint}`);
  }
  return valid;
}

function descending(catalogue: Catalogue): SettingsSchema[] {
  return [...catalogue.values()].sort((left, right) => (left.id < right.id ? 1 : -1));
}

function localeIn(user: ReadonlyMap<string, UserSettings>): string {
  const locale = user.get(TRANSLATION_PLUGIN)?.settings?.['locale'];
  return typeof locale === 'string' && locale !== '' ? locale : 'default';
}
