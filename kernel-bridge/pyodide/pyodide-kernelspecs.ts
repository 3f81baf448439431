import type { Kernelspec, KernelspecFinder } from '../kernelspecs/kernelspec.ts';

export const PYODIDE = 'pyodide';

/**
 * The kernelspecs that are installed, exactly as they are, and behind them the one of Python in WebAssembly, which needs nothing
 * installed. One that is installed under its name stands in its place.
 */
export class PyodideKernelspecs implements KernelspecFinder {
  readonly #installed: KernelspecFinder;
  readonly #make: () => Kernelspec | null;
  #made: Kernelspec | null = null;

  /** @param make null where it cannot run */
  constructor(installed: KernelspecFinder, make: () => Kernelspec | null) {
    this.#installed = installed;
    this.#make = make;
  }

  async list(): Promise<readonly Kernelspec[]> {
    const installed = await this.#installed.list();
    const ours = installed.some(({ name }) => name === PYODIDE) ? null : this.#ours();
    return ours === null ? installed : [...installed, ours];
  }

  async find(name: string): Promise<Kernelspec | undefined> {
    const installed = await this.#installed.find(name);
    if (installed !== undefined || name.toLowerCase() !== PYODIDE) return installed;
    return this.#ours() ?? undefined;
  }

  /** Where no kernel is installed, notebooks run all the same. */
  async defaultName(): Promise<string> {
    const name = await this.#installed.defaultName();
    if ((await this.#installed.find(name)) !== undefined || this.#ours() === null) return name;
    return PYODIDE;
  }

  #ours(): Kernelspec | null {
    return (this.#made ??= this.#make());
  }
}
