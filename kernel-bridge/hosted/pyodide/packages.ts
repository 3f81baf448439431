import type { LoadOptions, Pyodide } from './pyodide.ts';

/** Pyodide says it before the reason, once for each package. */
const WHICH = /The following error occurred while loading [^:\n]*:/;

/** The packages of a distribution, as Python asks for them. */
export class Packages {
  readonly #pyodide: Pyodide;
  #byModule: Map<string, string> | null = null;

  constructor(pyodide: Pyodide) {
    this.#pyodide = pyodide;
  }

  /** The package of which a module is part; null where none is known. */
  of(module: string): string | null {
    this.#byModule ??= this.#modules();
    return this.#byModule.get(module) ?? null;
  }

  has(name: string): boolean {
    return name in this.#pyodide.lockfile.packages;
  }

  /**
   * Loads packages and what they need. Gives what went wrong, and the empty text if nothing did: where one cannot be had, what
   * it needs mostly cannot for the same reason, so that the first is told.
   */
  async load(names: readonly string[]): Promise<string> {
    const errors: string[] = [];
    const options = {
      messageCallback: () => undefined,
      errorCallback: (text: string) => void errors.push(text),
    };
    try {
      await this.#pyodide.loadPackage(names, options);
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
    const reasons = errors.join('\n').split(WHICH);
    return reasons.map((reason) => reason.trim()).find((reason) => reason !== '') ?? '';
  }

  #modules(): Map<string, string> {
    const packages = Object.entries(this.#pyodide.lockfile.packages);
    return new Map(packages.flatMap(([name, { imports }]) => imports.map((module) => [module, name])));
  }
}

export const packagesFrom = (url: string | null): Partial<LoadOptions> =>
  url === null
    ? {}
    : { lockFileURL: `${url}pyodide-lock.json`, packageBaseUrl: url, packageCacheDir: url, cdnUrl: url };
