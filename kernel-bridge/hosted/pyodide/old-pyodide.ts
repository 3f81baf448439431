import type { Pyodide } from './pyodide.ts';

/** What Pyodide 0.17 (Python 3.8, of 2021) has, where it differs. */
export interface OldPyodide {
  runPython(code: string): unknown;
  loadPackage(
    names: readonly string[],
    messageCallback: (text: string) => void,
    errorCallback: (text: string) => void,
  ): Promise<unknown>;
  setInterruptBuffer?(buffer: { 0: number }): void;
  readonly _module: {
    readonly FS: { writeFile(path: string, bytes: Uint8Array): void };
    readonly packages: { readonly import_name_to_package_name: Readonly<Record<string, string>> };
    readonly wasmMemory?: WebAssembly.Memory;
    on_fatal?: (error: unknown) => void;
  };
}

export const isOldPyodide = (pyodide: Pyodide | OldPyodide): pyodide is OldPyodide =>
  !('lockfile' in pyodide);

/** The same as what today's gives. It knows neither snapshots nor where packages might come from but its own folder. */
export function adaptOldPyodide(old: OldPyodide): Pyodide {
  const packages: Record<string, { imports: string[] }> = {};
  for (const [module, name] of Object.entries(old._module.packages.import_name_to_package_name)) {
    (packages[name] ??= { imports: [] }).imports.push(module);
  }
  // Its own estimate of what a worker's stack bears (127) does not suffice to import IPython.
  old.runPython('__import__("sys").setrecursionlimit(400)');
  const { FS, wasmMemory } = old._module;
  return {
    runPython: (code) => old.runPython(code),
    makeMemorySnapshot: () => {
      throw new Error('This Pyodide is too old to make snapshots.');
    },
    setInterruptBuffer: (buffer) => old.setInterruptBuffer?.(buffer),
    loadPackage: (names, { messageCallback, errorCallback }) =>
      old.loadPackage(names, messageCallback, errorCallback),
    lockfile: { packages },
    _module: {
      FS,
      API: {
        set on_fatal(heard: (error: unknown) => void) {
          old._module.on_fatal = heard;
        },
      },
      ...(wasmMemory && { wasmMemory }),
    },
  };
}
