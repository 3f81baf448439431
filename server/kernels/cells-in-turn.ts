import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { CellAnswerer, CellEnd } from './cell-answerer.ts';
import type { Conversation } from './conversation.ts';
import { parseObject } from './kernel-events.ts';
import type { KernelAnswer, KernelQuestion } from './kernel-questions.ts';
import { sizeOf } from './message-size.ts';
import type { ServerMessage } from './server-message.ts';
import { abortedExecution, clearOutputMessage, statusMessage } from './server-message.ts';

export interface CellsInTurnOptions {
  readonly kernelId: string;
  /** Null: kernels answer all cells themselves. */
  readonly answerer: CellAnswerer | null;
  readonly conversation: Conversation;
  /** Of the notebook whose session runs on the kernel. */
  documentPath(): string | null;
  /** To the kernel. */
  hand(request: CellRequest): void;
  /** In the kernel's name; recorded like its own words. */
  say(message: ServerMessage): void;
  /** The same, and it is the kernel's state for all who ask. */
  sayState(message: ServerMessage): void;
  ask(
    question: KernelQuestion,
    options: { readonly actor: string; readonly signal: AbortSignal },
  ): Promise<KernelAnswer>;
  report(error: unknown): void;
}

/** An execution that is in the log. */
export interface CellRequest {
  readonly message: KernelMessage;
  readonly session: string;
  readonly actor: string;
}

interface Waiting {
  readonly request: CellRequest;
  readonly isAnswered: boolean;
  /** An earlier server had begun to answer it. */
  readonly wasBegun: boolean;
}

/** Nobody is told how it ends. */
const GONE = new Error('Nobody waits for this answer any more');
const INTERRUPTED: CellEnd = {
  status: 'error',
  ename: 'KeyboardInterrupt',
  evalue: '',
  traceback: ['KeyboardInterrupt: the answer was interrupted'],
  isShown: false,
};
/** In milliseconds: a kernel that has replied says soon that it is idle; what it does not say is not waited for. */
const SETTLING = 1000;

/**
 * Cells that the server answers in the kernel's place, in their turn among those that the kernel runs: one begins when
 * all before it are over, and those behind it get to the kernel when it is over.
 */
export class CellsInTurn {
  readonly #options: CellsInTurnOptions;
  readonly #waiting: Waiting[] = [];
  #current: { readonly abort: AbortController; readonly messageId: string } | null = null;
  #heldBytes = 0;
  #settling: NodeJS.Timeout | null = null;

  constructor(options: CellsInTurnOptions) {
    this.#options = options;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether the server is to answer it. */
  isAnswered({ channel, header, frames }: KernelMessage): boolean {
    const { answerer } = this.#options;
    if (answerer === null || channel !== 'shell' || header.msg_type !== 'execute_request') return false;
    const frame = frames[3];
    if (frame === undefined || !asBuffer(frame).includes(answerer.mark)) return false;
    const { code, silent } = parseObject(frame);
    return typeof code === 'string' && silent !== true && answerer.answers(code);
  }

  /** False for what is not its business: that goes to the kernel now. */
  take(request: CellRequest): boolean {
    const isAnswered = this.isAnswered(request.message);
    if (!isAnswered && this.#current === null && this.#waiting.length === 0) return false;
    // What failed before it was asked for does not concern it.
    this.#options.conversation.executions.takeFailure();
    // The kernel does not have it, whatever the log of an earlier server made of it.
    const wasBegun = this.#options.conversation.executions.refused(request.message.header.msg_id);
    this.#waiting.push({ request, isAnswered, wasBegun });
    this.#heldBytes += sizeOf(request.message);
    this.advance();
    return true;
  }

  /** The kernel has said something that may let the next one begin. */
  advance(): void {
    const { executions } = this.#options.conversation;
    if (executions.takeFailure()) this.#abortWaiting();
    while (this.#current === null) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      if (next.isAnswered && !executions.isEmpty) return;
      if (next.isAnswered && !executions.isSettled) {
        this.#settling ??= setTimeout(() => {
          this.#settling = null;
          executions.settle();
          this.advance();
        }, SETTLING);
        return;
      }
      this.#waiting.shift();
      this.#heldBytes -= sizeOf(next.request.message);
      if (next.isAnswered) this.#begin(next);
      else this.#options.hand(next.request);
    }
  }

  /** @returns whether one was being answered */
  interrupt(): boolean {
    this.#current?.abort.abort(new DOMException('Interrupted', 'AbortError'));
    return this.#current !== null;
  }

  /** The process of the kernel is another: the one that was being answered is over, as `PendingExecutions` says. */
  lost(): void {
    this.#current?.abort.abort(GONE);
    this.#current = null;
    this.advance();
  }

  /** Nothing more is answered, and what waited is forgotten. */
  forget(): void {
    this.#waiting.length = 0;
    this.#heldBytes = 0;
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    this.#current?.abort.abort(GONE);
    this.#current = null;
  }

  #begin({ request, wasBegun }: Waiting): void {
    const abort = new AbortController();
    const current = { abort, messageId: request.message.header.msg_id };
    this.#current = current;
    this.#answer(request, wasBegun, abort.signal)
      .catch((error: unknown) => this.#options.report(error))
      .finally(() => {
        if (this.#current !== current) return;
        this.#current = null;
        this.advance();
      });
  }

  async #answer({ message, actor }: CellRequest, wasBegun: boolean, signal: AbortSignal): Promise<void> {
    const { conversation, answerer } = this.#options;
    const parent = { header: message.header, frame: Buffer.from(message.frames[0] ?? '{}') };
    const content = parseObject(message.frames[3]);
    const code = String(content['code']);
    const count = conversation.nextCount;
    const tell = (said: ServerMessage): void => {
      if (signal.reason !== GONE) this.#options.say({ ...said, parent });
    };
    conversation.executions.begin(message);
    this.#options.sayState(statusMessage('busy', parent));
    tell({ channel: 'iopub', type: 'execute_input', content: { code, execution_count: count } });
    if (wasBegun) tell(clearOutputMessage(parent));
    const displayId = randomUUID();
    let isShown = false;
    const show = (data: Readonly<Record<string, unknown>>): void => {
      const type = isShown ? 'update_display_data' : 'display_data';
      isShown = true;
      const shown = { data, metadata: {}, transient: { display_id: displayId } };
      if (!signal.aborted) tell({ channel: 'iopub', type, content: shown });
    };
    const asked = {
      kernelId: this.#options.kernelId,
      path: this.#options.documentPath(),
      cellId: cellIdOf(message),
      actor,
      code,
      signal,
      show,
      ask: (question: KernelQuestion) => this.#options.ask(question, { actor, signal }),
    };
    const end = await this.#endOf(signal, () => answerer?.answer(asked) ?? Promise.resolve({ status: 'ok' }));
    if (signal.reason === GONE) return;
    const { ename, evalue, traceback } = end.status === 'error' ? end : nothingWrong;
    if (end.status === 'error' && !end.isShown)
      tell({ channel: 'iopub', type: 'error', content: { ename, evalue, traceback } });
    const reply = { status: end.status, execution_count: count, user_expressions: {}, payload: [] };
    const failure = end.status === 'error' ? { ename, evalue, traceback } : {};
    tell({ channel: 'shell', type: 'execute_reply', content: { ...reply, ...failure } });
    this.#options.sayState(statusMessage('idle', parent));
    conversation.executions.refused(message.header.msg_id);
    if (end.status === 'error' && content['stop_on_error'] !== false) this.#abortWaiting();
  }

  async #endOf(signal: AbortSignal, answer: () => Promise<CellEnd>): Promise<CellEnd> {
    try {
      return await answer();
    } catch (error) {
      if (signal.aborted) return INTERRUPTED;
      this.#options.report(error);
      const evalue = 'The server failed while it answered this cell. Its log says why.';
      return { status: 'error', ename: 'ServerError', evalue, traceback: [evalue], isShown: false };
    }
  }

  /** As kernels do after an error. */
  #abortWaiting(): void {
    for (const { request } of this.#waiting)
      for (const message of abortedExecution(request.message)) this.#options.say(message);
    this.#waiting.length = 0;
    this.#heldBytes = 0;
  }
}

const nothingWrong = { ename: '', evalue: '', traceback: [] };

function cellIdOf({ frames }: KernelMessage): string | null {
  const { cellId } = parseObject(frames[2]);
  return typeof cellId === 'string' ? cellId : null;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
