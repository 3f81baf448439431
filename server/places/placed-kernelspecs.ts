import type { Kernelspec, KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { Places } from './places.ts';

/** This machine's kernelspecs, exactly as without places, and behind them those of all places. */
export class PlacedKernelspecs implements KernelspecFinder {
  readonly #here: KernelspecFinder;
  readonly #places: Places;

  constructor(here: KernelspecFinder, places: Places) {
    this.#here = here;
    this.#places = places;
  }

  /** As far as places have answered so far: nobody waits for them here, and they are asked behind. */
  async list(): Promise<readonly Kernelspec[]> {
    const here = await this.#here.list();
    const names = new Set(here.map(({ name }) => name));
    const elsewhere = this.#places.list().flatMap((held) => {
      held.refreshIfOld();
      return held.kernelspecs.filter(({ name }) => !names.has(name));
    });
    return [...here, ...elsewhere];
  }

  /** Of a place that was not asked yet, once it has answered: somebody wants this one now. */
  async find(name: string): Promise<Kernelspec | undefined> {
    const here = await this.#here.find(name);
    if (here !== undefined) return here;
    const held = this.#places.find(name.slice(0, Math.max(0, name.indexOf('.'))).toLowerCase());
    if (held === undefined) return undefined;
    const wanted = name.toLowerCase();
    const known = (): Kernelspec | undefined =>
      held.kernelspecs.find((kernelspec) => kernelspec.name.toLowerCase() === wanted);
    const found = known();
    if (found !== undefined) return found;
    await held.known();
    return known();
  }

  async defaultName(): Promise<string> {
    const name = await this.#here.defaultName();
    if ((await this.#here.find(name)) !== undefined) return name;
    // No kernel is installed here.
    const [first] = await this.list();
    return first?.name ?? name;
  }
}
