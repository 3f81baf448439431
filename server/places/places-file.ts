import { chmod, open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { placeEntrySchema } from './place-settings.ts';
import type { PlaceEntry } from './place-settings.ts';

const OWNER_ONLY = 0o600;
const schema = z.object({ places: z.record(z.string(), placeEntrySchema) });

/** The places that people made, with their secrets: only this person may read it. */
export class PlacesFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error where there is one and it cannot be read: what is in it must not be written over */
  async read(): Promise<ReadonlyMap<string, PlaceEntry>> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw error;
    }
    await chmod(this.#path, OWNER_ONLY);
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new Error(`${this.#path} does not hold places: ${z.prettifyError(parsed.error)}`);
    return new Map(Object.entries(parsed.data.places));
  }

  /** Whoever reads it sees what was there before, or all of this (I6). */
  write(places: ReadonlyMap<string, PlaceEntry>): Promise<void> {
    const text = `${JSON.stringify({ places: Object.fromEntries(places) }, null, 2)}\n`;
    // One that failed was told to whoever asked for it.
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#replace(text));
    return this.#writing;
  }

  async #replace(text: string): Promise<void> {
    const beside = `${this.#path}.new`;
    const file = await open(beside, 'w', OWNER_ONLY);
    try {
      await file.chmod(OWNER_ONLY);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
  }
}
