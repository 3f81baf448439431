import type { PreparedCell } from '../../../../kernel-bridge/hosted/html/prepared-cell.ts';
import type {
  RealmError,
  RealmHears,
  RealmTells,
} from '../../../../kernel-bridge/hosted/html/realm-protocol.ts';
import type { formatArguments } from './format-arguments.ts';
import type { formatValue } from './format-value.ts';
import type { CellEnd, CellRunner } from './run-cells.ts';

export interface RealmParts {
  readonly formatValue: typeof formatValue;
  readonly formatArguments: typeof formatArguments;
  readonly closeDoors: (frame: Window & typeof globalThis) => void;
  readonly createCellRunner: (frame: Window & typeof globalThis, format: typeof formatValue) => CellRunner;
}

/**
 * The frame in which a kernel's cells run: told what to run over a port, it tells what they print, give and break.
 * Its text is put into frames (frame-program.ts): it uses nothing from outside itself but its parameters.
 */
export function realmMain(frame: Window & typeof globalThis, parts: RealmParts): void {
  const { formatValue, formatArguments } = parts;
  const { document } = frame;
  document.currentScript?.remove();
  const MOST_OF_CELL = 64 * 1024 * 1024;
  const MOST_LATE = 64 * 1024;
  const BATCH = 32 * 1024;

  // What scripts may replace is taken before any of them runs.
  const { MessagePort, Promise } = frame;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its port below
  const { postMessage } = MessagePort.prototype;
  const timeout = frame.setTimeout.bind(frame);
  let port: MessagePort | null = null;
  const tell = (message: RealmTells): void => {
    if (port !== null) Reflect.apply(postMessage, port, [message]);
  };

  // Nothing is painted here, so no frame is ever asked for: code that waits for one would wait for ever.
  frame.requestAnimationFrame = (callback) => timeout(() => callback(frame.performance.now()), 16);
  frame.cancelAnimationFrame = (id) => frame.clearTimeout(id);

  parts.closeDoors(frame);
  const runner = parts.createCellRunner(frame, formatValue);

  /** Characters by run; what comes after its end counts anew. */
  const printed = new Map<number, number>();
  const ended = new Set<number>();
  let pending: { run: number; name: 'stdout' | 'stderr'; text: string } | null = null;
  const flush = (): void => {
    const batch = pending;
    pending = null;
    if (batch !== null) tell({ type: 'stream', ...batch });
  };
  const print = (run: number, name: 'stdout' | 'stderr', text: string): void => {
    const before = printed.get(run) ?? 0;
    const most = ended.has(run) ? MOST_LATE : MOST_OF_CELL;
    if (before > most) {
      if (ended.has(run)) return;
      throw new RangeError(`This cell has printed more than ${MOST_OF_CELL / 1024 / 1024} MB.`);
    }
    printed.set(run, before + text.length);
    const isLast = ended.has(run) && before + text.length > most;
    const shown = isLast ? `${text}(What this cell prints after this is not kept.)\n` : text;
    if (pending !== null && (pending.run !== run || pending.name !== name)) flush();
    if (pending === null) {
      pending = { run, name, text: shown };
      timeout(flush, 0);
    } else pending.text += shown;
    if (pending.text.length > BATCH) flush();
  };

  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indent = '';
  const line = (name: 'stdout' | 'stderr', text: string): void =>
    print(runner.current, name, `${indent}${text.replaceAll('\n', `\n${indent}`)}\n`);
  const out = (...values: unknown[]): void => line('stdout', formatArguments(values, formatValue));
  const err = (...values: unknown[]): void => line('stderr', formatArguments(values, formatValue));
  const group = (...values: unknown[]): void => {
    if (values.length > 0) out(...values);
    indent += '  ';
  };
  const elapsed = (label: string): string =>
    `${label}: ${(frame.performance.now() - (timers.get(label) ?? NaN)).toFixed(1)} ms`;
  const table = (data: unknown): void => {
    if (typeof data !== 'object' || data === null) return out(data);
    const rows = Object.entries(data as Record<string, unknown>).slice(0, 1_000);
    const cellsOf = (row: unknown): [string, unknown][] =>
      typeof row === 'object' && row !== null ? Object.entries(row) : [['Value', row]];
    const columns = [...new Set(rows.flatMap(([, row]) => cellsOf(row).map(([name]) => name)))].slice(0, 50);
    const texts = [
      ['', ...columns],
      ...rows.map(([index, row]) => {
        const cells = new Map(cellsOf(row));
        return [index, ...columns.map((name) => (cells.has(name) ? formatValue(cells.get(name), true) : ''))];
      }),
    ];
    const widths =
      texts[0]?.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0))) ?? [];
    out(
      texts
        .map((row) =>
          row
            .map((text, at) => text.padEnd(widths[at] ?? 0))
            .join('  ')
            .trimEnd(),
        )
        .join('\n'),
    );
  };
  Object.assign(frame.console, {
    ...{
      log: out,
      info: out,
      debug: out,
      dir: (value: unknown) => out(formatValue(value, true)),
      dirxml: out,
    },
    ...{ warn: err, error: err, table, group, groupCollapsed: group },
    trace: (...values: unknown[]) => err(...(values.length === 0 ? ['Trace'] : values)),
    groupEnd: () => (indent = indent.slice(2)),
    clear: () => {
      flush();
      tell({ type: 'clear', run: runner.current });
    },
    assert: (holds: unknown, ...values: unknown[]) => {
      if (!holds) err('Assertion failed:', ...values);
    },
    count: (label = 'default') => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
    countReset: (label = 'default') => counts.delete(label),
    time: (label = 'default') => timers.set(label, frame.performance.now()),
    timeLog: (label = 'default', ...values: unknown[]) => out(elapsed(label), ...values),
    timeEnd: (label = 'default') => {
      out(elapsed(label));
      timers.delete(label);
    },
  });
  // A sandboxed frame opens no dialogs; what one would have said is not lost.
  frame.alert = (message) => out(message);

  const framesOf = (stack: string): RealmError['frames'] =>
    stack.split('\n').flatMap((text) => {
      // V8: `    at name (cell-1:2:3)`; SpiderMonkey and JavaScriptCore: `name@cell-1:2:3`
      const found = /^\s*(?:at )?(?:async )?(.*?)[@\s(]*\bcell-(\d+):(\d+)(?::\d+)?\)?$/.exec(text);
      if (found === null) return [];
      const [, name = '', run, row] = found;
      const isTopLevel = name === '' || /^(eval|<anonymous>|Object\.<anonymous>)/.test(name);
      return [{ name: isTopLevel ? '' : name, run: Number(run), line: Number(row) }];
    });
  const described = (error: unknown): RealmError => {
    try {
      if (error instanceof frame.Error)
        return {
          name: String(error.name),
          message: String(error.message),
          frames: framesOf(String(error.stack)),
        };
      return { name: 'Uncaught', message: formatValue(error, true), frames: [] };
    } catch {
      return { name: 'Uncaught', message: 'something that cannot be read', frames: [] };
    }
  };
  const late = (error: unknown, fallback: string): void => {
    const { name, message, frames } =
      error == null ? { name: 'Error', message: fallback, frames: [] } : described(error);
    const run = frames[0]?.run ?? runner.current;
    const places = frames.map((each) => `    at ${each.name || 'cell'} [${each.run}], line ${each.line}\n`);
    print(run, 'stderr', `Uncaught ${name}: ${message}\n${places.join('')}`);
  };
  frame.addEventListener('error', (event) => {
    // Of an element that cannot be loaded: that is told by nobody else.
    late(event.error as unknown, event.message);
  });
  frame.addEventListener('unhandledrejection', (event) => late(event.reason as unknown, 'rejected'));
  // Told once for each of the two policies, the frame's own and the one that it inherits.
  let refused = '';
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
    const told = `Refused: ${blockedURI} (${effectiveDirective}). A cell has no network.\n`;
    if (told !== refused) print(runner.current, 'stderr', told);
    refused = told === refused ? '' : told;
  });

  const isSeen = (root: HTMLElement): boolean => {
    const unseen = 'style, script, template, link, meta, title';
    for (const node of root.childNodes) {
      if (
        node instanceof frame.Element ? !node.matches(unseen) : node.nodeType === 3 && node.nodeValue?.trim()
      )
        return true;
    }
    return [...document.body.children].some(
      (node) => !node.hasAttribute('data-itl-earlier') && node !== root && !node.matches(unseen),
    );
  };
  const abandoned = new Map<number, () => void>();
  const run = async (cell: PreparedCell): Promise<void> => {
    const stopped = new Promise<null>((resolve) => abandoned.set(cell.run, () => resolve(null)));
    let end: CellEnd | null = null;
    let failure: CellEnd['failure'];
    try {
      end = await Promise.race([runner.run(cell), stopped]);
      failure = end?.failure ?? null;
    } catch (error) {
      failure = { error };
    }
    // What is refused, and promises that nobody caught, are told in tasks of their own.
    await new Promise((resolve) => timeout(() => resolve(null), 0));
    abandoned.delete(cell.run);
    indent = '';
    flush();
    ended.add(cell.run);
    printed.delete(cell.run);
    const isElement = end?.value instanceof frame.Node;
    if (end !== null && end.value !== undefined && failure === null)
      tell({ type: 'result', run: cell.run, text: formatValue(end.value, true), isElement });
    const shows = end !== null && isSeen(end.root);
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    const error = failure === null ? null : described(failure.error);
    tell({ type: 'done', run: cell.run, error, shows, height });
  };

  const valueAt = (path: readonly string[]): unknown => {
    const [root, ...others] = path;
    let value: unknown = frame;
    if (root !== undefined) {
      if (!/^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(root)) return undefined;
      value = frame.eval(`typeof ${root} === 'undefined' ? undefined : ${root}`) as unknown;
    }
    for (const name of others) value = value == null ? undefined : (value as Record<string, unknown>)[name];
    return value;
  };
  const namesOf = (value: unknown): string[] => {
    const names = new Set<string>();
    let each: unknown = value == null ? null : Object(value);
    while (each !== null && names.size < 5_000) {
      for (const name of Object.getOwnPropertyNames(each)) names.add(name);
      each = Object.getPrototypeOf(each) as unknown;
    }
    return [...names];
  };
  const answer = (id: number, work: () => { names: string[]; text: string }): void => {
    try {
      tell({ type: 'answer', id, ...work() });
    } catch {
      tell({ type: 'answer', id, names: [], text: '' }); // a getter or proxy that throws
    }
  };
  const hear = (message: RealmHears): void => {
    switch (message.type) {
      case 'run':
        return void run(message.cell);
      case 'abandon':
        return abandoned.get(message.run)?.();
      case 'ping':
        return tell({ type: 'pong', id: message.id });
      case 'names':
        return answer(message.id, () => ({ names: namesOf(valueAt(message.path)), text: '' }));
      case 'describe':
        return answer(message.id, () => {
          const value = valueAt(message.path);
          if (value === undefined) return { names: [], text: '' };
          const text =
            typeof value === 'function' ? Function.prototype.toString.call(value) : formatValue(value, true);
          return {
            names: [typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value],
            text,
          };
        });
    }
  };
  const host = frame.parent.parent;
  const take = (event: MessageEvent): void => {
    const [given] = event.ports;
    if (event.source !== host || event.data !== 'in-the-loop-realm-port' || given === undefined) return;
    frame.removeEventListener('message', take);
    port = given;
    port.onmessage = ({ data }: MessageEvent<RealmHears>) => hear(data);
    tell({ type: 'ready' });
  };
  frame.addEventListener('message', take);
  host.postMessage('in-the-loop-realm-here', '*');
}
