import type {
  LoadOptions,
  Pyodide,
  PyodideEngine,
} from '../../../../kernel-bridge/hosted/pyodide/pyodide.ts';
import { withIndex } from './package-index.ts';
import { watchLoading } from './watch-loading.ts';
import { watchWasm } from './wasm-failure.ts';

type LoadPyodide = (options: LoadOptions) => Promise<Pyodide>;

/** Made when it runs: compilers and bundlers take an `import()` that they see for one of their own files. */
const importModule = (0, eval)('(url) => import(url)') as (
  url: string,
) => Promise<{ readonly loadPyodide: LoadPyodide }>;

/** How a worker of a browser gets a Pyodide: the module of a current distribution, or the script of an old one. */
export function browserEngine(progress: (done: number) => void): PyodideEngine {
  return {
    async loadPyodide(options) {
      const endWatch = watchLoading(options.indexURL, progress);
      const wasm = watchWasm();
      try {
        const load = await moduleOf(options.indexURL);
        return await Promise.race([load(await withIndex(options)), wasm.failed]);
      } finally {
        endWatch();
        wasm.end();
      }
    },
    async read(url) {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url} cannot be had: ${response.status} ${response.statusText}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

async function moduleOf(indexURL: string): Promise<LoadPyodide> {
  const url = `${indexURL}pyodide.mjs`;
  try {
    const loaded = await importModule(url);
    return loaded.loadPyodide;
  } catch (error) {
    const { status } = await fetch(url, { method: 'HEAD' });
    if (status !== 404) throw new Error(`Python cannot be loaded: ${String(error)}`, { cause: error });
    return loadOfScript(indexURL);
  }
}

/** Distributions before 0.18 are scripts, which load others by `importScripts`: a module's worker has none. */
function loadOfScript(indexURL: string): LoadPyodide {
  const global = globalThis as unknown as {
    importScripts: (...urls: string[]) => void;
    loadPyodide: LoadPyodide;
    languagePluginUrl?: string;
  };
  global.importScripts = (...urls) => urls.forEach(runScript);
  global.importScripts(`${indexURL}pyodide.js`);
  return global.loadPyodide;
}

function runScript(url: string): void {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.send();
  if (request.status !== 200)
    throw new Error(`${url} cannot be had: ${request.status} ${request.statusText}`);
  // In the worker's own scope, as importScripts does.
  (0, eval)(request.responseText);
}
