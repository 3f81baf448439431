import type { PreparedCell, PreparedScript } from '../../../../kernel-bridge/hosted/html/prepared-cell.ts';
import type { formatValue } from './format-value.ts';

export interface CellRunner {
  /** Resolves when all its scripts have run, also those that failed. */
  run(cell: PreparedCell): Promise<CellEnd>;
  /** Whose code runs, or ran last. */
  readonly current: number;
  /** Does something in the name of a cell that ran. */
  as(run: number, work: () => unknown): unknown;
}

export interface CellEnd {
  readonly root: HTMLElement;
  /** Of the first script that failed. */
  readonly failure: { readonly error: unknown } | null;
  /** Undefined for none. */
  readonly value: unknown;
}

/**
 * Runs prepared cells in this document, each under a root of its own, with one global scope.
 * Its text is put into frames (frame-program.ts): it uses nothing from outside itself.
 */
export function createCellRunner(frame: Window & typeof globalThis, format: typeof formatValue): CellRunner {
  const { document } = frame;
  // Called without its frame on purpose: in the global scope.
  const evaluate = frame.eval;
  const declared = new Set<string>();
  const roots = new Map<string, HTMLElement>();
  const rootOfRun = new Map<number, HTMLElement>();
  let current = 0;
  let currentScript: Element | null = null;

  const as = (run: number, work: () => unknown): unknown => {
    const before = current;
    current = run;
    try {
      return work();
    } finally {
      current = before;
    }
  };
  const root = (): HTMLElement => rootOfRun.get(current) ?? document.body;

  const declare = (names: readonly string[]): void => {
    const missing = names.filter((name) => !declared.has(name));
    if (missing.length === 0) return;
    for (const name of missing)
      if (Object.getOwnPropertyDescriptor(frame, name)?.configurable === false)
        throw new SyntaxError(`${name} cannot be declared: it is the page's own`);
    const script = document.createElement('script');
    script.textContent = `let ${missing.join(', ')};`;
    document.head.append(script);
    script.remove();
    for (const name of missing) declared.add(name);
  };
  const load = (url: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = url;
      script.onload = () => resolve();
      script.onerror = () =>
        reject(new Error(`${url.slice(0, 200)} cannot be loaded: a cell has no network`));
      document.head.append(script);
    });
  const evaluated = (script: PreparedScript, run: number): unknown => {
    const url = `\n//# sourceURL=cell-${run}`;
    switch (script.kind) {
      case 'broken': {
        const error = new SyntaxError(script.message);
        error.stack = `${error.name}: ${error.message}\n    at cell-${run}:${script.line}:1`;
        throw error;
      }
      case 'source':
        return load(script.url);
      case 'code':
        declare(script.names);
        if (script.functions !== '') evaluate(script.functions + url);
        // Called from here, so that the call is no line of the cell's.
        return (
          evaluate(`(${script.isAsync ? 'async ' : ''}() => {${script.body}\n})${url}`) as () => unknown
        )();
    }
  };
  const isAwaited = (script: PreparedScript): boolean =>
    script.kind === 'source' || (script.kind === 'code' && script.isAsync);

  const run = async (cell: PreparedCell): Promise<CellEnd> => {
    current = cell.run;
    let random = cell.seed >>> 0;
    // mulberry32: small, and the same everywhere.
    frame.Math.random = () => {
      random = (random + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(random ^ (random >>> 15), random | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    const shownBefore = cell.cellId === null ? undefined : roots.get(cell.cellId);
    if (shownBefore !== undefined) {
      shownBefore.remove();
      rootOfRun.delete(Number(shownBefore.getAttribute('data-itl-run')));
    }
    for (const node of document.body.children) node.setAttribute('data-itl-earlier', '');
    const made = document.createElement('div');
    made.setAttribute('data-itl-run', String(cell.run));
    if (cell.cellId !== null) roots.set(cell.cellId, made);
    rootOfRun.set(cell.run, made);
    document.body.append(made);
    made.innerHTML = cell.html;

    let failure: CellEnd['failure'] = null;
    let value: unknown;
    for (const [index, script] of cell.scripts.entries()) {
      currentScript = made.querySelector(`script[data-itl-script="${index}"]`);
      try {
        const given = as(cell.run, () => evaluated(script, cell.run));
        currentScript = null;
        const result = isAwaited(script) ? await given : given;
        if (script.kind === 'code' && script.hasValue) value = result;
      } catch (error) {
        failure ??= { error };
      } finally {
        currentScript = null;
      }
    }
    if (value instanceof frame.Node && !value.isConnected) made.append(value);
    return { root: made, failure, value };
  };

  // Whoever calls later does it for the cell that asked for it.
  type Later = (callback: unknown, ...others: unknown[]) => number;
  const timers = frame as unknown as Record<'setTimeout' | 'setInterval' | 'requestAnimationFrame', Later>;
  const inItsName = (original: Later): Later => {
    return (callback, ...others) => {
      const asked = current;
      const call = callback as (...given: unknown[]) => unknown;
      const wrapped = (...given: unknown[]): unknown => as(asked, () => call(...given));
      const timed = typeof callback === 'function' ? wrapped : callback;
      return Reflect.apply(original, frame, [timed, ...others]);
    };
  };
  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame'] as const)
    timers[name] = inItsName(timers[name]);
  // Where a frame goes nothing may come: its document would end in an error page.
  frame.addEventListener('click', (event) => {
    const link = event
      .composedPath()
      .find((node) => node instanceof frame.Element && node.matches('a[href], area[href]'));
    if (event.defaultPrevented || !(link instanceof frame.Element)) return;
    const href = link.getAttribute('href') ?? '';
    if (href.startsWith('javascript:')) return;
    event.preventDefault();
    if (href.startsWith('#')) document.getElementById(href.slice(1))?.scrollIntoView();
  });
  Object.defineProperty(document, 'currentScript', { configurable: true, get: () => currentScript });
  // Into the cell, wherever it is: a document that is open no more would begin anew.
  const write = (...texts: string[]): void => root().insertAdjacentHTML('beforeend', texts.join(''));
  Object.assign(frame.Document.prototype, {
    write,
    writeln: (...texts: string[]) => write(...texts, '\n'),
    open: () => document,
    close: () => undefined,
  });
  Object.assign(frame, {
    display: (...things: unknown[]) => {
      for (const thing of things)
        if (thing instanceof frame.Node) root().append(thing);
        else {
          const text = document.createElement('pre');
          text.textContent = format(thing);
          root().append(text);
        }
    },
  });
  return {
    run,
    as,
    get current() {
      return current;
    },
  };
}
