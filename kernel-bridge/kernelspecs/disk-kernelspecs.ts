import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isForLocalProcesses, readKernelspecFile } from './kernelspec-file.ts';
import type { Kernelspec, KernelspecFinder } from './kernelspec.ts';
import { environmentOf, nativeKernelspec } from './python-environment.ts';

const NATIVE_NAME = 'python3';

export interface DiskKernelspecsOptions {
  /** Jupyter's data folders, highest priority first; each may hold `kernels/`. */
  readonly dataDirectories: readonly string[];
  /** The Python environment served, whose ipykernel is `python3` where no kernelspec says otherwise. */
  readonly pythonPrefix: string;
  /** Searched last (contract §8). Default `$IPYTHONDIR/kernels` or `~/.ipython/kernels`. */
  readonly ipythonKernels?: string;
  /** Told of a kernelspec that cannot be used, once for each state of it. */
  warn(fields: { readonly kernelspec: string; readonly reason: string }, message: string): void;
}

interface Place {
  readonly name: string;
  readonly directory: string;
  readonly prefix: string | null;
}

/** Kernelspecs as Jupyter finds them on disk: the first folder that has a name wins. */
export class DiskKernelspecs implements KernelspecFinder {
  readonly #options: DiskKernelspecsOptions;
  readonly #ipythonKernels: string;
  readonly #warned = new Map<string, string>();
  #native: Promise<Kernelspec | null> | null = null;

  constructor(options: DiskKernelspecsOptions) {
    this.#options = options;
    this.#ipythonKernels =
      options.ipythonKernels ?? join(process.env['IPYTHONDIR'] ?? join(homedir(), '.ipython'), 'kernels');
  }

  async list(): Promise<readonly Kernelspec[]> {
    const places = await this.#places();
    const read = [...places.values()].map((place) => this.#read(place));
    if (!places.has(NATIVE_NAME)) read.push(this.#findNative());
    return (await Promise.all(read)).filter((kernelspec) => kernelspec !== undefined);
  }

  async find(name: string): Promise<Kernelspec | undefined> {
    const asked = name.toLowerCase();
    const wanted = asked === 'python' ? NATIVE_NAME : asked;
    const place = (await this.#places()).get(wanted);
    if (place) return this.#read(place);
    return wanted === NATIVE_NAME ? this.#findNative() : undefined;
  }

  async defaultName(): Promise<string> {
    const names = (await this.list()).map((kernelspec) => kernelspec.name);
    return names.includes(NATIVE_NAME) ? NATIVE_NAME : (names[0] ?? NATIVE_NAME);
  }

  async #places(): Promise<Map<string, Place>> {
    const folders = await Promise.all([
      ...this.#options.dataDirectories.map((data) =>
        this.#placesIn(join(data, 'kernels'), environmentOf(data)),
      ),
      this.#placesIn(this.#ipythonKernels, null),
    ]);
    const places = new Map<string, Place>();
    for (const place of folders.flat()) if (!places.has(place.name)) places.set(place.name, place);
    return places;
  }

  async #placesIn(folder: string, environment: Promise<string | null> | null): Promise<Place[]> {
    // A data folder without kernels is the normal case.
    const entries = await readdir(folder).catch(() => []);
    const prefix = await environment;
    const places = await Promise.all(
      entries.map(async (entry): Promise<Place | null> => {
        const name = entry.toLowerCase();
        const directory = join(folder, entry);
        const file = await stat(join(directory, 'kernel.json')).catch(() => null);
        if (!file?.isFile()) return null;
        if (/^[a-z0-9._-]+$/.test(name)) return { name, directory, prefix };
        this.#warn(directory, 'its name may only hold letters, digits, "-", "." and "_"');
        return null;
      }),
    );
    return places.filter((place) => place !== null).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #read({ name, directory, prefix }: Place): Promise<Kernelspec | undefined> {
    try {
      const spec = await readKernelspecFile(directory);
      if (isForLocalProcesses(spec)) {
        this.#warned.delete(directory);
        return { name, resourceDirectory: directory, prefix, spec };
      }
      this.#warn(directory, 'its kernel provisioner is not available');
    } catch (error) {
      this.#warn(directory, (error as Error).message);
    }
    return undefined;
  }

  async #findNative(): Promise<Kernelspec | undefined> {
    try {
      const found = await (this.#native ??= nativeKernelspec(this.#options.pythonPrefix));
      // ipykernel may be installed later.
      if (found === null) this.#native = null;
      return found ?? undefined;
    } catch (error) {
      this.#native = null;
      this.#warn(this.#options.pythonPrefix, (error as Error).message);
      return undefined;
    }
  }

  /** Front-ends ask for kernelspecs every minute; the same complaint each time would bury others. */
  #warn(kernelspec: string, reason: string): void {
    if (this.#warned.get(kernelspec) === reason) return;
    this.#warned.set(kernelspec, reason);
    this.#options.warn({ kernelspec, reason }, 'a kernelspec is left out');
  }
}
