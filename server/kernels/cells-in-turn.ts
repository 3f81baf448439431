import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { answerCell, GONE } from './answered-cell.ts';
import type { CellAnswerer } from './cell-answerer.ts';
import type { Conversation } from './conversation.ts';
import type { RunElsewhere } from './elsewhere.ts';
import { parseObject } from '../message-part.ts';
import { passCell } from './passed-cell.ts';
import type { KernelAnswer, KernelQuestion } from './kernel-questions.ts';
import { sizeOf } from './message-size.ts';
import type { ServerMessage } from './server-message.ts';
import { abortedExecution } from './server-message.ts';

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
  readonly kind: 'own' | 'answered' | 'elsewhere';
  /** An earlier server had begun with it. */
  readonly wasBegun: boolean;
}

interface Current {
  readonly messageId: string;
  readonly kind: 'answered' | 'elsewhere';
  readonly abort: AbortController;
  /** Once another kernel has it. */
  run: RunElsewhere | null;
}

/** In milliseconds: a kernel that has replied says soon that it is idle; what it does not say is not waited for. */
const SETTLING = 1000;

/**
 * Cells that the server answers in the kernel's place, or that another kernel runs, in their turn among those that the
 * kernel runs: one begins when all before it are over, and those behind it get to the kernel when it is over.
 */
export class CellsInTurn {
  readonly #options: CellsInTurnOptions;
  readonly #waiting: Waiting[] = [];
  #current: Current | null = null;
  #heldBytes = 0;
  #settling: NodeJS.Timeout | null = null;

  constructor(options: CellsInTurnOptions) {
    this.#options = options;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Those that do not end with the kernel's process: these, and the one that another kernel runs now. */
  thatGoOn(messageIds: ReadonlySet<string>): ReadonlySet<string> {
    const { kind, messageId } = this.#current ?? {};
    return kind === 'elsewhere' && messageId !== undefined ? new Set([...messageIds, messageId]) : messageIds;
  }

  /** Whether the server is to answer it, or another kernel. */
  isAnswered(message: KernelMessage): boolean {
    return this.#kindOf(message) !== 'own';
  }

  /** False for what is not its business: that goes to the kernel now. */
  take(request: CellRequest): boolean {
    const kind = this.#kindOf(request.message);
    if (kind === 'own' && this.#current === null && this.#waiting.length === 0) return false;
    // What failed before it was asked for does not concern it.
    this.#options.conversation.executions.takeFailure();
    // The kernel does not have it, whatever the log of an earlier server made of it.
    const wasBegun = this.#options.conversation.executions.refused(request.message.header.msg_id);
    this.#waiting.push({ request, kind, wasBegun });
    this.#heldBytes += sizeOf(request.message);
    this.advance();
    return true;
  }

  /** What somebody typed goes to whichever kernel runs the cell. @returns whether that is another one */
  input(message: KernelMessage, actor: string): boolean {
    const run = this.#current?.run ?? null;
    run?.input(message, actor);
    return run !== null;
  }

  /** The kernel has said something that may let the next one begin. */
  advance(): void {
    const { executions } = this.#options.conversation;
    if (executions.takeFailure()) this.#abortWaiting();
    while (this.#current === null) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const isOwn = next.kind === 'own';
      if (!isOwn && !executions.isEmpty) return;
      if (!isOwn && !executions.isSettled) {
        this.#settling ??= setTimeout(() => {
          this.#settling = null;
          executions.settle();
          this.advance();
        }, SETTLING);
        return;
      }
      this.#waiting.shift();
      this.#heldBytes -= sizeOf(next.request.message);
      if (next.kind === 'own') this.#options.hand(next.request);
      else this.#begin(next, next.kind);
    }
  }

  /** @returns whether one was being answered, or run by another kernel */
  interrupt(actor: string): boolean {
    const current = this.#current;
    if (current?.run) current.run.interrupt(actor);
    else current?.abort.abort(new DOMException('Interrupted', 'AbortError'));
    return current !== null;
  }

  /**
   * The process of the kernel is another: the one that was being answered is over, as `PendingExecutions` says. One that
   * another kernel runs goes on.
   */
  lost(): void {
    if (this.#current?.kind === 'answered') this.#leave();
    this.advance();
  }

  /** The same, and another kernel that runs one stops: whoever has the notebook's kernel start anew wants all to stop. */
  abandon(): void {
    this.#current?.run?.interrupt('server');
    this.forget();
  }

  /** Nothing more is answered, and what waited is forgotten. */
  forget(): void {
    this.#waiting.length = 0;
    this.#heldBytes = 0;
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    this.#leave();
  }

  #leave(): void {
    this.#current?.abort.abort(GONE);
    this.#current = null;
  }

  #begin({ request, wasBegun }: Waiting, kind: Current['kind']): void {
    const { messageId, abort } = { messageId: request.message.header.msg_id, abort: new AbortController() };
    const current: Current = { messageId, kind, abort, run: null };
    this.#current = current;
    const cell = { ...request, wasBegun, signal: abort.signal };
    const begun = kind === 'answered' ? answerCell(this.#options, cell) : this.#pass(current, cell);
    begun
      .then((hasFailed) => hasFailed && this.#stopsOnError(request.message) && this.#abortWaiting())
      .catch((error: unknown) => this.#options.report(error))
      .finally(() => {
        if (this.#current !== current) return;
        this.#current = null;
        this.advance();
      });
  }

  async #pass(current: Current, cell: Parameters<typeof passCell>[1]): Promise<boolean> {
    return passCell(this.#options, cell, (run) => (current.run = run));
  }

  #kindOf({ channel, header, frames }: KernelMessage): Waiting['kind'] {
    const { answerer } = this.#options;
    if (answerer === null || channel !== 'shell' || header.msg_type !== 'execute_request') return 'own';
    const frame = frames[3];
    const isMarked = frame !== undefined && asBuffer(frame).includes(answerer.mark);
    const isElsewhere = answerer.elsewhere?.concerns(frames) ?? false;
    if (!isMarked && !isElsewhere) return 'own';
    const { code, silent } = parseObject(frame);
    if (typeof code !== 'string' || silent === true) return 'own';
    if (isMarked && answerer.answers(code)) return 'answered';
    return isElsewhere ? 'elsewhere' : 'own';
  }

  #stopsOnError({ frames }: KernelMessage): boolean {
    return parseObject(frames[3])['stop_on_error'] !== false;
  }

  /** As kernels do after an error. */
  #abortWaiting(): void {
    for (const { request } of this.#waiting)
      for (const message of abortedExecution(request.message)) this.#options.say(message);
    this.#waiting.length = 0;
    this.#heldBytes = 0;
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
