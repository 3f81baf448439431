import type { Logger } from 'pino';
import type { NewEvent } from '../../event-log/event.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { asParent } from './answered-cell.ts';
import type { CellAnswerer } from './cell-answerer.ts';
import { CellsInTurn } from './cells-in-turn.ts';
import type { Conversation } from './conversation.ts';
import type { CommitItem } from './group-commit.ts';
import { GroupCommit } from './group-commit.ts';
import { executionRequestedEvent } from './kernel-events.ts';
import type { KernelAnswer, KernelQuestion } from './kernel-questions.ts';
import { reasonOf, REMEDY } from './log-failure.ts';
import { sizeOf } from './message-size.ts';
import type { ServerMessage } from './server-message.ts';
import { refusedExecution, statusMessage } from './server-message.ts';

export interface KernelRequestsOptions {
  readonly kernelId: string;
  readonly logger: Logger;
  readonly conversation: Conversation;
  readonly answerer: CellAnswerer | null;
  append(events: readonly NewEvent[]): Promise<number>;
  /** @throws KernelError */
  send(message: KernelMessage): void;
  /** Of the notebook whose session runs on the kernel. */
  documentPath(): string | null;
  /** What is committed, once it has gone on. */
  committed(events: readonly NewEvent[], lastSequence: number): void;
  /** Says something in the kernel's name, and records it. */
  say(message: ServerMessage): void;
  /** The same, and REST tells of that state. */
  sayState(message: ServerMessage): void;
  /** Asks the kernel in the server's own name, whatever waits for its turn. */
  ask(
    question: KernelQuestion,
    options: { readonly actor: string; readonly signal: AbortSignal },
  ): Promise<KernelAnswer>;
  /** Says something to one session, which is kept nowhere. */
  tell(message: ServerMessage, session: string): void;
}

/** Somebody's request, on its way to the kernel. */
interface Request extends CommitItem {
  readonly message: KernelMessage;
  readonly session: string;
  readonly actor: string;
  /** Of the server, which does not wait behind the cells that it answers itself. */
  readonly isOwn: boolean;
}

/** What clients ask of the text of a cell. */
const ABOUT_TEXT: ReadonlySet<string> = new Set(['complete_request', 'inspect_request']);

/** What may wait for the disk. */
const HELD_BYTES = 256 * 1024 * 1024;

/** What people ask of one kernel, in order: executions are appended to the log before the kernel gets them (I1). */
export class KernelRequests {
  readonly #options: KernelRequestsOptions;
  readonly #requests: GroupCommit<Request>;
  /** Those that the server answers itself, and what waits behind them. */
  readonly cells: CellsInTurn;

  constructor(options: KernelRequestsOptions) {
    this.#options = options;
    this.cells = new CellsInTurn({
      ...options,
      documentPath: () => options.documentPath(),
      hand: ({ message }) => this.#hand(message),
      say: (message) => options.say(message),
      sayState: (message) => options.sayState(message),
      ask: (question, asked) => options.ask(question, asked),
      report: (error) =>
        options.logger.error({ err: error, kernelId: options.kernelId }, 'A cell could not be answered'),
    });
    this.#requests = new GroupCommit<Request>({
      append: (events) => options.append(events),
      committed: (items, last) => {
        for (const item of items) this.#send(item);
        if (last === null) return;
        options.committed(
          items.flatMap(({ event }) => event ?? []),
          last,
        );
      },
      failed: (items, error) => this.#refuse(items, error),
    });
  }

  push(message: KernelMessage, session: string, actor: string, isOwn = false): void {
    this.#options.conversation.routes.sent(message, session);
    const event = this.#eventOf(message, session, actor);
    const request = { message, session, actor, isOwn, size: sizeOf(message), event };
    if (message.channel === 'control' && message.header.msg_type === 'interrupt_request')
      this.cells.interrupt(actor);
    // A channel of its own, with no order between it and the others: an interrupt waits for no disk.
    if (message.channel === 'control') this.#send(request);
    else if (this.#requests.heldBytes + this.cells.heldBytes > HELD_BYTES)
      this.#deny(request, `Too much waits to be run. ${REMEDY}`);
    else this.#requests.push(request);
  }

  /** A request that is in the log, and that the kernel has not got. */
  sendRecorded(message: KernelMessage, session: string, actor: string): void {
    this.#requests.push({ message, session, actor, isOwn: false, size: sizeOf(message), event: null });
  }

  /** Resolves when all that was asked so far has been sent or refused. */
  settled(): Promise<void> {
    return this.#requests.settled();
  }

  #eventOf(message: KernelMessage, session: string, actor: string): NewEvent | null {
    if (message.channel === 'stdin')
      return this.#options.conversation.prompts.repliedEvent(message, session, actor);
    if (message.channel !== 'shell' || message.header.msg_type !== 'execute_request') return null;
    return executionRequestedEvent(message, { session, actor, path: this.#options.documentPath() });
  }

  #send(request: Request): void {
    const { message, actor, isOwn } = request;
    const isTaken =
      message.channel === 'shell' && ABOUT_TEXT.has(message.header.msg_type)
        ? !isOwn && this.#isAnsweredElsewhere(request)
        : message.channel === 'stdin'
          ? this.cells.input(message, actor)
          : message.header.msg_type === 'execute_request' && !isOwn && this.cells.take(request);
    if (!isTaken) this.#hand(message);
  }

  /** Past the cells that wait for their turn, as what the kernel itself is asked. */
  #isAnsweredElsewhere({ message, session, actor }: Request): boolean {
    const { kernelId, answerer } = this.#options;
    const answer = answerer?.elsewhere?.answerTo({ kernelId, request: message, actor }) ?? null;
    const parent = asParent(message);
    void answer?.then((said) => {
      this.#options.tell({ channel: 'shell', ...said, parent }, session);
      this.#options.tell(statusMessage('idle', parent), session);
    });
    return answer !== null;
  }

  #hand(message: KernelMessage): void {
    try {
      this.#options.send(message);
      this.#options.conversation.executions.sent(message);
    } catch (error) {
      this.refused(message, error);
    }
  }

  /** The kernel did not take what is recorded: so is that it was not run, or the next server would send it again. */
  refused(message: KernelMessage, error: unknown): void {
    const { kernelId, logger, conversation } = this.#options;
    // Clients of a kernel that was shut down keep their sockets and ask on (contract §3.8).
    if (error instanceof KernelError && error.code === 'KERNEL_DEAD') {
      logger.debug({ kernelId }, 'A request came for a kernel that is over');
      return;
    }
    logger.warn({ err: error, kernelId }, 'A request could not be sent to its kernel');
    conversation.executions.refused(message.header.msg_id);
    if (message.header.msg_type !== 'execute_request') return;
    for (const answer of refusedExecution(message, `This was not run: ${reasonOf(error)}`))
      this.#options.say(answer);
  }

  #refuse(items: readonly Request[], error: unknown): Promise<'never'> {
    const { kernelId, logger } = this.#options;
    logger.error({ err: error, kernelId }, 'A request could not be recorded');
    for (const item of items) {
      // An answer to an input prompt must reach the kernel all the same, or it waits for ever.
      if (item.event?.type === 'execution-requested')
        this.#deny(item, `This was not run, because it could not be recorded: ${reasonOf(error)} ${REMEDY}`);
      else this.#send(item);
    }
    return Promise.resolve('never');
  }

  /** Nothing of it is recorded. */
  #deny({ message, session }: Request, reason: string): void {
    if (message.header.msg_type !== 'execute_request') return;
    for (const answer of refusedExecution(message, reason)) this.#options.tell(answer, session);
  }
}
