/**
 * Of WebAssembly that is damaged Pyodide tells the console alone, and what it promised stays open for ever: whoever starts it
 * listens there. (Seen with 314.0; its sentence is looked for in a test.)
 */
export function watchWasm(): { readonly failed: Promise<never>; end(): void } {
  const console = globalThis.console;
  const { warn } = console;
  let fail = (_error: Error): void => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // Nobody may be waiting any more.
  failed.catch(() => undefined);
  let isFailing = false;
  console.warn = (...said: unknown[]) => {
    warn.apply(console, said);
    if (isFailing) fail(new Error(`its WebAssembly is damaged: ${String(said[0])}`));
    isFailing = said[0] === 'wasm instantiation failed!';
  };
  return {
    failed,
    end: () => {
      console.warn = warn;
    },
  };
}
