import type { OldPyodide } from './old-pyodide.ts';

/** What we ask of a Pyodide, whichever version: 0.17 has less, see old-pyodide.ts. */
export interface Pyodide {
  readonly runPython: (code: string) => unknown;
  readonly makeMemorySnapshot: () => Uint8Array;
  /** With an object of ours too, whose element 0 is read every few steps of a program. */
  readonly setInterruptBuffer: (buffer: { 0: number }) => void;
  readonly loadPackage: (
    names: readonly string[],
    options: { messageCallback: (text: string) => void; errorCallback: (text: string) => void },
  ) => Promise<unknown>;
  /** What the distribution says there is, whether or not the files are anywhere. */
  readonly lockfile: { readonly packages: Readonly<Record<string, { readonly imports: readonly string[] }>> };
  /** Emscripten's module; undocumented, and only what we use of it. */
  readonly _module: {
    readonly FS: { writeFile(path: string, bytes: Uint8Array): void };
    /** Hears of errors after which nothing works any more. */
    readonly API: { on_fatal?: (error: unknown) => void };
    readonly memory?: WebAssembly.Memory;
    readonly wasmMemory?: WebAssembly.Memory;
  };
}

/** What we say to `loadPyodide`; a host may add to it (its file system, what of JavaScript Python sees). */
export interface LoadOptions {
  readonly indexURL: string;
  readonly env: Record<string, string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Where packages come from: all four, for Pyodide asks others by default. */
  readonly lockFileURL?: string;
  readonly packageBaseUrl?: string;
  readonly packageCacheDir?: string;
  readonly cdnUrl?: string;
  readonly _makeSnapshot?: boolean;
  readonly _loadSnapshot?: Uint8Array;
  /** Makes Emscripten's module, in place of what `pyodide.asm.mjs` gives. */
  readonly createPyodideModule?: (settings: unknown) => Promise<unknown>;
}

/** How the engine at hand gets files: a browser from URLs, Node from folders, old distributions by `importScripts`. */
export interface PyodideEngine {
  /** `loadPyodide` of the distribution that is at `indexURL`; what an old one gives is adapted here. */
  readonly loadPyodide: (options: LoadOptions) => Promise<Pyodide | OldPyodide>;
  /** Where `import()` of text that is evaluated does not do. */
  readonly importModule?: (url: string) => Promise<unknown>;
  readonly read: (url: string) => Promise<Uint8Array>;
}
