import type { LoadOptions, Pyodide, PyodideEngine } from './pyodide.ts';

interface EmscriptenModule {
  growMemory(bytes: number): void;
}

/**
 * Loads Pyodide with the memory that `makeSnapshot` saved: it needs no start of Python. That memory is more than a new Python
 * has, and Pyodide 314 does not grow it (it asks for it by a setting that its module does not know).
 */
export function loadSnapshot(
  engine: PyodideEngine,
  options: LoadOptions,
  snapshot: Uint8Array,
): Promise<Pyodide> {
  const createPyodideModule = async (settings: unknown) => {
    const url = `${options.indexURL}pyodide.asm.mjs`;
    const { default: create } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as {
      default: (settings: unknown) => Promise<EmscriptenModule>;
    };
    const module = await create(settings);
    module.growMemory(snapshot.byteLength);
    return module;
  };
  return engine.loadPyodide({ ...options, _loadSnapshot: snapshot, createPyodideModule });
}
