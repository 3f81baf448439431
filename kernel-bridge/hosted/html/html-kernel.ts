import type { HostedMessage } from '../hosted-message.ts';
import type { HostSays, KernelSays } from '../host-protocol.ts';
import { cellCompleteness } from './cell-completeness.ts';
import { matchesOf, wordAtCursor } from './completion.ts';
import type { RunSource } from './describe-failure.ts';
import { describeFailure } from './describe-failure.ts';
import { displayBundle } from './display-bundle.ts';
import type { HostedRequest, MessageContent } from './hosted-messages.ts';
import { HostedMessages, readRequest } from './hosted-messages.ts';
import { KERNEL_INFO } from './kernel-info.ts';
import type { OpenRealm } from './realm-protocol.ts';
import type { RunEnd } from './realm-runs.ts';
import { RealmRuns } from './realm-runs.ts';
import { RunHistory } from './run-history.ts';

export interface HtmlKernelParts {
  /** A new frame of this kernel. */
  readonly openRealm: OpenRealm;
  /** Of the realm's side: makes a saved display run by itself. */
  readonly displayProgram: string;
  says(said: KernelSays): void;
}

interface KnownRun extends RunSource {
  readonly parent: string;
}

/** Whose late output still finds its cell. */
const MOST_RUNS = 1_000;
const MOST_CODE = 2 * 1024 * 1024;

/** A kernel whose cells are HTML, CSS and JavaScript: Jupyter's messages on one side, a frame on the other. */
export class HtmlKernel {
  readonly #parts: HtmlKernelParts;
  readonly #messages: HostedMessages;
  readonly #waiting: HostedRequest[] = [];
  readonly #known = new Map<number, KnownRun>();
  #runs: RealmRuns | null = null;
  #history = new RunHistory();
  #executionCount = 0;
  #isBusy = false;
  #isReady = false;

  constructor(parts: HtmlKernelParts) {
    this.#parts = parts;
    this.#messages = new HostedMessages((message) => parts.says({ type: 'message', message }));
  }

  say(said: HostSays): void {
    switch (said.type) {
      case 'start':
        return this.#start();
      case 'interrupt':
        return this.#runs?.interrupt();
      case 'message':
        return this.#take(said.message);
    }
  }

  close(): void {
    this.#waiting.length = 0;
    this.#runs?.close();
    this.#runs = null;
  }

  #start(): void {
    if (this.#runs !== null) return;
    this.#parts.says({ type: 'progress', text: 'Opening a frame', done: null });
    this.#messages.publish('status', { execution_state: 'starting' }, '{}');
    this.#runs = new RealmRuns(this.#parts.openRealm, {
      ready: () => {
        if (this.#isReady) return;
        this.#isReady = true;
        this.#parts.says({ type: 'ready' });
      },
      stream: (run, name, text) => this.#publish(run, 'stream', { name, text }),
      clear: (run) => this.#publish(run, 'clear_output', { wait: false }),
    });
  }

  #take(message: HostedMessage): void {
    const request = readRequest(message);
    if (request === null) return;
    if (request.type !== 'execute_request') return void this.#answer(request);
    this.#waiting.push(request);
    void this.#executeAll();
  }

  async #executeAll(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      const isAborting = await this.#busyFor(request, () => this.#execute(request));
      if (!isAborting) continue;
      for (const aborted of this.#waiting.splice(0))
        await this.#busyFor(aborted, () =>
          Promise.resolve(this.#messages.reply(aborted, { status: 'aborted' })),
        );
    }
    this.#isBusy = false;
  }

  async #busyFor<T>({ header }: HostedRequest, work: () => Promise<T>): Promise<T> {
    this.#messages.publish('status', { execution_state: 'busy' }, header);
    try {
      return await work();
    } finally {
      this.#messages.publish('status', { execution_state: 'idle' }, header);
    }
  }

  /** @returns whether what waits is not to run */
  async #execute(request: HostedRequest): Promise<boolean> {
    const { content, metadata, header } = request;
    const source = codeOf(content);
    const isSilent = content['silent'] === true;
    const isCounted = !isSilent && content['store_history'] !== false;
    const runs = this.#runs;
    if (runs === null) return false;
    if (isCounted) this.#executionCount += 1;
    const executionCount = this.#executionCount;
    if (!isSilent)
      this.#messages.publish('execute_input', { code: source, execution_count: executionCount }, header);
    const answered = { execution_count: executionCount, user_expressions: {}, payload: [] };
    if (source.trim() === '') {
      this.#messages.reply(request, { status: 'ok', ...answered });
      return false;
    }
    if (source.length > MOST_CODE) {
      const error = describeFailure(
        { name: 'RangeError', message: 'a cell has at most 2 MB', frames: [] },
        () => null,
      );
      this.#messages.publish('error', error, header);
      this.#messages.reply(request, { status: 'error', ...answered, ...error });
      return content['stop_on_error'] !== false;
    }
    const cellId = typeof metadata['cellId'] === 'string' ? metadata['cellId'] : null;
    const { run, ended } = runs.run(source, cellId);
    this.#remember(run, { executionCount, source, parent: header });
    const end = await ended;
    if (end.isStateLost) this.#history = new RunHistory();
    if (!isSilent) this.#showEnd(end, executionCount, header);
    // Not before: a display runs what came before its cell, and then the cell.
    if (!end.isStateLost) this.#history.add(end.cell);
    if (end.error === null) {
      this.#messages.reply(request, { status: 'ok', ...answered });
      return false;
    }
    const error = describeFailure(end.error, (of) => this.#known.get(of) ?? null);
    if (!isSilent) this.#messages.publish('error', error, header);
    this.#messages.reply(request, { status: 'error', ...answered, ...error });
    return content['stop_on_error'] !== false;
  }

  #showEnd({ cell, result, shows, height }: RunEnd, executionCount: number, header: string): void {
    const data = shows
      ? this.#displayOf({ cell, height, text: result?.isElement === true ? result.text : null })
      : null;
    const metadata = {};
    if (data !== null && result?.isElement !== true)
      this.#messages.publish('display_data', { data, metadata, transient: {} }, header);
    if (result === null) return;
    const shown = result.isElement && data !== null ? data : { 'text/plain': result.text };
    this.#messages.publish(
      'execute_result',
      { data: shown, metadata, execution_count: executionCount },
      header,
    );
  }

  #displayOf({
    cell,
    height,
    text,
  }: {
    cell: RunEnd['cell'];
    height: number;
    text: string | null;
  }): MessageContent | null {
    const before = this.#history.before(cell);
    if (before.kind === 'too-long') {
      const kilobytes = (size: number): number => Math.round(size / 1000);
      this.#publish(cell.run, 'stream', {
        name: 'stderr',
        text:
          `What this cell shows is not kept: it would have to carry ${kilobytes(before.size)} kB of cells that ran before it, ` +
          `and may carry ${kilobytes(before.most)} kB. Restart the kernel and run only what it needs.\n`,
      });
      return null;
    }
    const display = { version: 1, cell, before: before.runs, height } as const;
    return displayBundle(display, text ?? this.#plainText(cell.run), this.#parts.displayProgram);
  }

  #plainText(run: number): string {
    const source = this.#known.get(run)?.source ?? '';
    return source.length > 500 ? `${source.slice(0, 500)}…` : source;
  }

  async #answer(request: HostedRequest): Promise<void> {
    await this.#busyFor(request, async () => {
      const reply = await this.#replyTo(request);
      if (reply !== null) this.#messages.reply(request, reply);
    });
  }

  async #replyTo({ type, content }: HostedRequest): Promise<MessageContent | null> {
    const code = codeOf(content);
    switch (type) {
      case 'kernel_info_request':
        return KERNEL_INFO;
      case 'complete_request':
        return this.#complete(code, positionIn(code, content['cursor_pos']));
      case 'inspect_request':
        return this.#inspect(code, positionIn(code, content['cursor_pos']));
      case 'is_complete_request': {
        const status = cellCompleteness(code);
        return { status, ...(status === 'incomplete' ? { indent: '' } : {}) };
      }
      case 'history_request':
        return { status: 'ok', history: [] };
      case 'comm_info_request':
        return { status: 'ok', comms: {} };
      case 'interrupt_request':
        this.#runs?.interrupt();
        return { status: 'ok' };
      case 'shutdown_request':
        this.close();
        return { status: 'ok', restart: content['restart'] === true };
      default:
        return null; // comms and what else nobody here has
    }
  }

  async #complete(code: string, cursor: number): Promise<MessageContent> {
    const word = wordAtCursor(code, cursor);
    const names = word.kind === 'name' ? ((await this.#runs?.ask('names', word.path))?.names ?? []) : [];
    const declared = word.kind === 'name' && word.path.length === 0 ? this.#history.names() : [];
    const matches = matchesOf(word, [...declared, ...names]);
    const start = word.kind === 'none' ? cursor : word.start;
    const ends = {
      cursor_start: [...code.slice(0, start)].length,
      cursor_end: [...code.slice(0, cursor)].length,
    };
    return { status: 'ok', matches, ...ends, metadata: {} };
  }

  async #inspect(code: string, cursor: number): Promise<MessageContent> {
    const rest = /^[\p{L}\p{N}$_]*/u.exec(code.slice(cursor))?.[0] ?? '';
    const word = wordAtCursor(code, cursor + rest.length);
    const nothing = { status: 'ok', found: false, data: {}, metadata: {} };
    if (word.kind !== 'name' || word.prefix === '') return nothing;
    const found = await this.#runs?.ask('describe', [...word.path, word.prefix]);
    const [type] = found?.names ?? [];
    if (found === undefined || type === undefined) return nothing;
    return { ...nothing, found: true, data: { 'text/plain': `${type}\n${found.text}` } };
  }

  #publish(run: number, type: string, content: MessageContent): void {
    const known = this.#known.get(run);
    if (known !== undefined) this.#messages.publish(type, content, known.parent);
  }

  #remember(run: number, known: KnownRun): void {
    this.#known.set(run, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_RUNS) return;
      this.#known.delete(oldest);
    }
  }
}

function codeOf({ code }: MessageContent): string {
  return typeof code === 'string' ? code : '';
}

/** Jupyter counts characters, JavaScript code units. */
function positionIn(code: string, cursor: unknown): number {
  const characters = [...code];
  const position = typeof cursor === 'number' ? cursor : characters.length;
  return characters.slice(0, Math.max(0, position)).join('').length;
}
