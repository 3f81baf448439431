import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { Logger } from '../logger.ts';

const FILE = 'kernelspecs.json';

/** What places answered last, so that their kernels are known from a server's first moment on. */
export class KnownKernelspecs {
  readonly #folderOf: (placeId: string) => string;
  readonly #logger: Logger;
  /** What is kept of each, and the keeping of it. */
  readonly #kept = new Map<string, { readonly text: string; readonly written: Promise<void> }>();

  constructor(folderOf: (placeId: string) => string, logger: Logger) {
    this.#folderOf = folderOf;
    this.#logger = logger;
  }

  /** None where it never answered. */
  async read(placeId: string): Promise<readonly Kernelspec[]> {
    try {
      const text = await readFile(join(this.#folderOf(placeId), FILE), 'utf8');
      const found = JSON.parse(text) as Kernelspec[];
      this.#kept.set(placeId, { text, written: Promise.resolve() });
      return found;
    } catch {
      // It never answered, or the file was torn by a power cut: it is asked soon.
      return [];
    }
  }

  /** Behind whoever asks: a failure is for the operator. */
  keep(placeId: string, found: readonly Kernelspec[]): void {
    const text = JSON.stringify(found);
    const before = this.#kept.get(placeId);
    if (before?.text === text) return;
    const written = (before?.written ?? Promise.resolve())
      .then(() => this.#write(placeId, text))
      .catch((error: unknown) =>
        this.#logger.warn({ err: error, place: placeId }, 'What can be started there is not kept'),
      );
    this.#kept.set(placeId, { text, written });
  }

  /** The place is gone, and with it soon its folder. */
  async forget(placeId: string): Promise<void> {
    const { written } = this.#kept.get(placeId) ?? {};
    this.#kept.delete(placeId);
    await written;
  }

  /** A kernelspec's environment may hold secrets: nobody else may read it (I10). */
  async #write(placeId: string, text: string): Promise<void> {
    const file = join(this.#folderOf(placeId), FILE);
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}
