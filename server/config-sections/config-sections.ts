import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { JupyterPaths } from '../jupyter-paths.ts';
import type { Section } from './merge-section.ts';
import { isSection, mergeSection, withoutDefaults } from './merge-section.ts';

const FOLDER = 'serverconfig';

/** Small settings of front-ends, in `<config>/serverconfig/<section>.json`; only the person's own folder is written. */
export class ConfigSections {
  readonly #paths: Pick<JupyterPaths, 'config' | 'userConfig'>;
  readonly #logger: Logger;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(paths: Pick<JupyterPaths, 'config' | 'userConfig'>, logger: Logger) {
    this.#paths = paths;
    this.#logger = logger;
  }

  /** All folders merged, the first of the search path winning. */
  async get(name: string): Promise<Section> {
    const layers = await Promise.all(this.#paths.config.map((folder) => this.#read(folder, name)));
    return layers.reduceRight<Section>((merged, layer) => mergeSection(merged, layer), {});
  }

  set(name: string, section: Section): Promise<void> {
    return this.#inTurn(() => this.#write(name, section));
  }

  /** Merges changes into the person's own section. */
  update(name: string, changes: Section): Promise<Section> {
    return this.#inTurn(async () => {
      const section = mergeSection(await this.#read(this.#paths.userConfig, name), changes);
      await this.#write(name, section);
      return section;
    });
  }

  /** Two changes at once must not both start from the same file. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.#lastWrite.then(write);
    // Who asked for this write hears of its failure; the next one must come all the same.
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  async #read(folder: string, name: string): Promise<Section> {
    const own = await this.#readFile(join(folder, FOLDER, `${name}.json`));
    return mergeSection(await this.#readDefaults(folder, name), own);
  }

  /** What packages have put beside the section: `<section>.d/*.json`, in order of their names. */
  async #readDefaults(folder: string, name: string): Promise<Section> {
    const directory = join(folder, FOLDER, `${name}.d`);
    const names = await readdir(directory).catch(nothingThere);
    const files = (names ?? []).filter((file) => file.endsWith('.json') && !file.startsWith('.')).sort();
    const sections = await Promise.all(files.map((file) => this.#readFile(join(directory, file))));
    return sections.reduce<Section>((merged, section) => mergeSection(merged, section), {});
  }

  async #readFile(path: string): Promise<Section> {
    const text = await readFile(path, 'utf8').catch(nothingThere);
    if (text === null || text.trim() === '') return {};
    try {
      const section: unknown = JSON.parse(text);
      if (isSection(section)) return section;
      this.#logger.warn({ path }, 'Ignoring a configuration file that holds no JSON object');
    } catch (error) {
      this.#logger.warn({ path, err: error }, 'Ignoring a configuration file that is no JSON');
    }
    return {};
  }

  async #write(name: string, section: Section): Promise<void> {
    const path = join(this.#paths.userConfig, FOLDER, `${name}.json`);
    const rest = withoutDefaults(section, await this.#readDefaults(this.#paths.userConfig, name));
    await mkdir(dirname(path), { recursive: true });
    const beside = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      const file = await open(beside, 'wx');
      try {
        await file.writeFile(JSON.stringify(rest, null, 2));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}

function nothingThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
