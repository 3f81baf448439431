/**
 * Takes from a thread of Node all that leads out of it, so that code which Python runs as JavaScript finds the language itself, a
 * few harmless things of browsers, and what `given` has: no process, no modules, no sockets, no files. Pyodide takes
 * it for a browser's worker.
 *
 * This is the inner wall. The outer one is Node's permission model, which the process is started with.
 */
export function leaveBareGlobals(given: Readonly<Record<string, unknown>>): void {
  lockDispatcher();
  // Node makes it at the first message that a thread gets, of things that will be gone then.
  void globalThis.MessageEvent;
  const timers = numberedTimers();
  const { crypto, performance } = globalThis;
  for (const name of Reflect.ownKeys(globalThis))
    if (typeof name === 'string' && !KEPT.has(name)) Reflect.deleteProperty(globalThis, name);
  compileWhatIsThere();
  class WorkerGlobalScope {
    static [Symbol.hasInstance](value: unknown): boolean {
      return value === globalThis;
    }
  }
  const replaced: Record<string, unknown> = {
    self: globalThis,
    WorkerGlobalScope,
    navigator: { userAgent: 'In the Loop', hardwareConcurrency: 1 },
    crypto: {
      getRandomValues: crypto.getRandomValues.bind(crypto),
      randomUUID: crypto.randomUUID.bind(crypto),
    },
    performance: { now: performance.now.bind(performance), timeOrigin: performance.timeOrigin },
    ...timers,
    ...given,
  };
  for (const [name, value] of Object.entries(replaced))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  // Nobody can put a setter there that catches the inner objects of Node which the thread still runs on.
  for (const { prototype } of [Object, Function, Array, Promise, Error] as const)
    Object.preventExtensions(prototype as object);
}

/** Node's web client makes its agent where none is set; a script could find it there and speak to the network. */
function lockDispatcher(): void {
  Object.defineProperty(globalThis, Symbol.for('undici.globalDispatcher.1'), {
    value: Object.freeze({ __proto__: null }),
    writable: false,
    configurable: false,
  });
}

/** To compile what is streamed, Node would load its web client into this thread; Pyodide loads itself so. */
function compileWhatIsThere(): void {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: StreamingWebAssembly };
  const { instantiate } = WebAssembly;
  Reflect.deleteProperty(WebAssembly, 'compileStreaming');
  WebAssembly.instantiateStreaming = async (source, imports) =>
    instantiate(await (await source).arrayBuffer(), imports);
}

/** What the types of Node leave out. */
interface StreamingWebAssembly {
  readonly instantiate: (bytes: ArrayBuffer, imports: unknown) => Promise<unknown>;
  instantiateStreaming: (
    source: PromiseLike<{ arrayBuffer(): Promise<ArrayBuffer> }>,
    imports: unknown,
  ) => Promise<unknown>;
}

/** As in browsers, timers are numbers. Node's are objects, which lead to its inner ones. */
function numberedTimers(): Record<string, unknown> {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  type Run = (...args: unknown[]) => void;
  return {
    setTimeout: (run: Run, delay?: number, ...args: unknown[]): number => +setTimeout(run, delay, ...args),
    setInterval: (run: Run, delay?: number, ...args: unknown[]): number => +setInterval(run, delay, ...args),
    clearTimeout: (timer: number) => clearTimeout(timer),
    clearInterval: (timer: number) => clearInterval(timer),
  };
}

const KEPT: ReadonlySet<string> = new Set([
  // The language.
  ...['Object', 'Function', 'Array', 'Number', 'Boolean', 'String', 'Symbol', 'BigInt', 'Date', 'RegExp'],
  ...['parseFloat', 'parseInt', 'isFinite', 'isNaN', 'Infinity', 'NaN', 'undefined', 'globalThis', 'eval'],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  ...['Promise', 'Proxy', 'Reflect', 'Iterator', 'JSON', 'Math', 'Intl', 'Atomics', 'Temporal'],
  ...[
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SuppressedError',
    'SyntaxError',
  ],
  ...['TypeError', 'URIError', 'DisposableStack', 'AsyncDisposableStack'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array'],
  ...['Uint32Array', 'Int32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'Uint8ClampedArray'],
  ...['BigUint64Array', 'BigInt64Array', 'WebAssembly'],
  // Of browsers; they hold and compute, and reach nothing.
  ...[
    'TextEncoder',
    'TextDecoder',
    'URL',
    'URLSearchParams',
    'AbortController',
    'AbortSignal',
    'DOMException',
  ],
  ...['Event', 'EventTarget', 'MessageChannel', 'structuredClone', 'atob', 'btoa', 'queueMicrotask'],
]);
