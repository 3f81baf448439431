import type { LoadOptions, PyodideEngine } from './pyodide.ts';

interface EmscriptenModule {
  growMemory(bytes: number): void;
}

/** Made when it runs: compilers and bundlers take an `import()` that they see for one of their own files. */
const importByUrl = (0, eval)('(url) => import(url)') as (url: string) => Promise<unknown>;

/**
 * Loads Pyodide with the memory that `makeSnapshot` saved: it needs no start of Python. That memory is more than a new Python
 * has, and Pyodide 314 does not grow it (it asks for it by a setting that its module does not know).
 */
export function loadSnapshot(engine: PyodideEngine, options: LoadOptions, snapshot: Uint8Array) {
  const createPyodideModule = async (settings: unknown) => {
    const url = `${options.indexURL}pyodide.asm.mjs`;
    const { default: create } = (await (engine.importModule ?? importByUrl)(url)) as {
      default: (settings: unknown) => Promise<EmscriptenModule>;
    };
    const module = await create(settings);
    module.growMemory(snapshot.byteLength);
    return module;
  };
  return engine.loadPyodide({ ...options, _loadSnapshot: snapshot, createPyodideModule });
}
