import type { EmscriptenFileSystem } from './folder-file-system.ts';
import type { LoadOptions, Pyodide, PyodideEngine } from '../../hosted/pyodide/pyodide.ts';

/** What we use of `pyodide.mjs`. */
interface PyodideModule {
  readonly loadPyodide: (options: LoadOptions) => Promise<LoadedPyodide>;
}
export interface LoadedPyodide extends Pyodide {
  readonly _module: Pyodide['_module'] & { readonly FS: Pyodide['_module']['FS'] & EmscriptenFileSystem };
}

/** Pyodide in this thread, which it takes for a browser's. @param prepare is called once it is loaded */
export function pyodideEngine(prepare: (pyodide: LoadedPyodide) => void): PyodideEngine {
  return {
    async loadPyodide(options) {
      const { loadPyodide } = (await import(`${options.indexURL}pyodide.mjs`)) as PyodideModule;
      const pyodide = await loadPyodide(options);
      prepare(pyodide);
      return pyodide;
    },
    async read(url) {
      return new Uint8Array(await (await fetch(url)).arrayBuffer());
    },
  };
}
