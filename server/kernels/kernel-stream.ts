import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import type { NewEvent, StoredEvent } from '../../event-log/event.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Death } from './explain-death.ts';
import type { CommitItem } from './group-commit.ts';
import { GroupCommit } from './group-commit.ts';
import { InputPrompts } from './input-prompts.ts';
import { executionRequestedEvent, isEvent, kernelMessageEvent, streamOf } from './kernel-events.ts';
import { OutgoingMessage } from './outgoing-message.ts';
import { PendingExecutions } from './pending-executions.ts';
import { RequestRoutes } from './request-routes.ts';
import type { ServerMessage } from './server-message.ts';
import { createServerMessage, lostExecution, refusedExecution, stderrMessage } from './server-message.ts';
import type { StreamClient } from './stream-client.ts';

export interface KernelStreamOptions {
  readonly kernelId: string;
  readonly log: EventLog;
  readonly logger: Logger;
  /** The stream's last sequence before this kernel started. */
  readonly after: number;
  /** @throws KernelError */
  send(message: KernelMessage): void;
  /** Of the notebook whose session runs on the kernel. */
  documentPath(): string | null;
  /** What the kernel itself said, when it may be known: REST tells of its state no sooner than the log (I1). */
  onRecorded(message: KernelMessage): void;
  /** Waits before an append is tried again. */
  retryDelay(): Promise<void>;
}

/** Somebody's request, on its way to the kernel. */
interface Request extends CommitItem {
  readonly message: KernelMessage;
  readonly session: string;
}

/** What the kernel said; null for what happened to it, which no client hears. */
interface Said extends CommitItem {
  readonly message: OutgoingMessage | null;
  readonly source: KernelMessage | null;
  /** By the kernel itself, and not in its name. */
  readonly isHeard: boolean;
}

/** What may be held in memory while the disk refuses. Beyond it output is lost, and people are told. */
const HELD_BYTES = 256 * 1024 * 1024;
/** What clients need to go on, small and rare: taken however much is held. */
const ALWAYS_HELD: ReadonlySet<string> = new Set(['status', 'execute_reply', 'input_request']);
/** Clients that left and may come back. */
const REMEMBERED_CLIENTS = 1000;
const REMEDY =
  'Free some space on the disk where the server keeps its state; if that does not help, restart the server.';

/**
 * All that one kernel says and is asked, in order. What it says is appended to the log and only then fanned out to
 * its clients (I1); executions are appended before the kernel gets them. What a client has not taken is read again
 * from the log, so that nothing is queued here for anybody (I5).
 */
export class KernelStream {
  readonly #options: KernelStreamOptions;
  readonly #name: string;
  readonly #clients = new Set<StreamClient>();
  readonly #routes = new RequestRoutes();
  readonly #prompts = new InputPrompts();
  readonly #executions = new PendingExecutions();
  /** What clients that left are known to have received, by session. */
  readonly #left = new BoundedMap<string, number>(REMEMBERED_CLIENTS);
  readonly #said: GroupCommit<Said>;
  readonly #requests: GroupCommit<Request>;
  #delivered: number;
  #kernelSession: string = randomUUID();
  #lost = 0;
  #refusing = false;
  #ended = false;
  #onRefused: (() => void) | null = null;

  constructor(options: KernelStreamOptions) {
    this.#options = options;
    this.#name = streamOf(options.kernelId);
    this.#delivered = options.after;
    const append = (events: readonly NewEvent[]): Promise<number> => options.log.append(this.#name, events);
    this.#said = new GroupCommit<Said>({
      append,
      committed: (items, last) => this.#fanOut(items, last),
      failed: (items, error) => this.#holdBack(items, error),
    });
    this.#requests = new GroupCommit<Request>({
      append,
      committed: (items) => items.forEach((item) => this.#send(item)),
      failed: (items, error) => this.#refuse(items, error),
    });
  }

  /** The sequence up to which clients that keep pace have had everything. */
  get delivered(): number {
    return this.#delivered;
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** From the kernel. */
  hear(message: KernelMessage): void {
    if (message.header.session !== '') this.#kernelSession = message.header.session;
    this.#executions.heard(message);
    this.#take(message, true);
  }

  /** What is said in the kernel's name, to all who listen, and kept like its own words. */
  say(message: ServerMessage): void {
    this.#take(createServerMessage(this.#kernelSession, message), false);
  }

  /**
   * The kernel's process is gone: says why in each cell that ran, and ends what it was sent.
   * @param waiting ids of the messages that the next process gets
   */
  died(death: Death, waiting: ReadonlySet<string>): void {
    for (const lost of this.#executions.lost(waiting))
      for (const message of lostExecution(lost, death)) this.say(message);
  }

  /** Another process is asked for. */
  restarting(): void {
    this.#executions.forget();
  }

  /** What happened to the kernel, in its place among what it said. */
  record(event: NewEvent): void {
    this.#said.push({ event, size: 0, message: null, source: null, isHeard: false });
  }

  /** From a client. What the kernel then says of it finds its way back to `client`'s session. */
  request(message: KernelMessage, client: StreamClient, actor: string): void {
    if (this.#ended) return;
    const session = client.sessionId;
    this.#routes.sent(message, session);
    const request = {
      message,
      session,
      size: sizeOf(message),
      event: this.#requestEvent(message, session, actor),
    };
    // A channel of its own, with no order between it and the others: an interrupt waits for no disk.
    if (message.channel === 'control') this.#send(request);
    else if (this.#requests.heldBytes > HELD_BYTES)
      this.#answerRefusal(request, `Too much waits to be run. ${REMEDY}`);
    else this.#requests.push(request);
  }

  /**
   * Adds a client, which hears all that is said from now on.
   * @returns the sequence behind which its session missed something; null for a session that was not here
   */
  attach(client: StreamClient): number | null {
    let missedAfter = this.#left.take(client.sessionId) ?? null;
    for (const other of this.#clients) {
      if (other.sessionId !== client.sessionId) continue;
      this.#clients.delete(other);
      missedAfter = other.supersede();
    }
    this.#clients.add(client);
    return missedAfter;
  }

  /** @param received the sequence up to which it is known to have received everything */
  detach(client: StreamClient, received: number): void {
    if (this.#clients.delete(client)) this.#left.set(client.sessionId, received);
  }

  /** What was said behind a sequence, oldest first. */
  read(after: number): AsyncIterable<StoredEvent> {
    return this.#options.log.read(this.#name, { after });
  }

  /** The kernel is over, and is asked nothing more. Resolves when all it said is recorded, or has to be held back. */
  async end(): Promise<void> {
    this.#ended = true;
    const refused = new Promise<void>((resolve) => (this.#onRefused = resolve));
    if (!this.#refusing) await Promise.race([this.#said.settled(), refused]);
  }

  #take(message: KernelMessage, isHeard: boolean): void {
    const session = this.#routes.sessionOf(message);
    if (message.channel === 'stdin') this.#prompts.asked(message, session);
    if (!this.#hasRoom() && !ALWAYS_HELD.has(message.header.msg_type)) {
      this.#lost += 1;
      return;
    }
    this.#tellOfLoss();
    const event = isEvent(message) ? kernelMessageEvent(this.#options.kernelId, message, session) : null;
    const outgoing = OutgoingMessage.fromKernel(message, session);
    const item = { event, size: sizeOf(message), message: outgoing, source: message, isHeard };
    // An answer for one socket need not wait for a disk that refuses what is before it.
    if (event === null && this.#refusing) this.#deliver([item], null);
    else this.#said.push(item);
  }

  #hasRoom(): boolean {
    return this.#said.heldBytes <= HELD_BYTES;
  }

  /** As soon as that itself is not lost. */
  #tellOfLoss(): void {
    const lost = this.#lost;
    if (lost === 0 || !this.#hasRoom()) return;
    this.#lost = 0;
    this.say(
      stderrMessage(
        `${lost} messages of this kernel are lost: the disk took them too slowly, or not at all.`,
      ),
    );
  }

  #fanOut(items: readonly Said[], last: number | null): void {
    this.#refusing = false;
    this.#deliver(items, last);
    this.#tellOfLoss();
  }

  #deliver(items: readonly Said[], last: number | null): void {
    let sequence = last === null ? 0 : last - items.filter(({ event }) => event !== null).length;
    const deliveries = items.flatMap(({ event, message }) => {
      if (event !== null) sequence += 1;
      return message === null ? [] : [{ message, sequence: event === null ? null : sequence }];
    });
    if (last !== null) this.#delivered = last;
    this.#tellRecorded(items);
    for (const client of this.#clients) client.deliver(deliveries, last);
  }

  #tellRecorded(items: readonly Said[]): void {
    for (const { source, isHeard } of items) if (source !== null && isHeard) this.#options.onRecorded(source);
  }

  /** Nothing that is not in the log reaches anybody as output (I1): it waits until it can be, and people are told. */
  async #holdBack(items: readonly Said[], error: unknown): Promise<boolean> {
    const { logger, kernelId } = this.#options;
    if (!mayPass(error)) {
      logger.error(
        { err: error, kernelId, messages: items.length },
        'Messages of a kernel could not be recorded',
      );
      // Told to people with the next thing that can be.
      this.#lost += items.filter(({ event, message }) => event !== null && message !== null).length;
      // They are given up, and a kernel must not seem busy for ever.
      this.#tellRecorded(items.filter(({ event }) => event !== null));
      this.#deliver(
        items.filter(({ event }) => event === null),
        null,
      );
      return false;
    }
    if (!this.#refusing) {
      this.#refusing = true;
      logger.error({ err: error, kernelId }, 'Output of a kernel is held back until it can be recorded');
      const cause = items.find(({ source }) => source?.parentHeader)?.source;
      const parent = cause
        ? { header: cause.parentHeader, frame: cause.frames[1] ?? new Uint8Array() }
        : undefined;
      const text = `The server cannot record this kernel's output and holds it back until it can: ${reasonOf(error)} ${REMEDY}`;
      this.#tell(stderrMessage(text, parent), null);
    }
    this.#onRefused?.();
    await this.#options.retryDelay();
    return true;
  }

  #requestEvent(message: KernelMessage, session: string, actor: string): NewEvent | null {
    if (message.channel === 'stdin') return this.#prompts.repliedEvent(message, session, actor);
    if (message.channel !== 'shell' || message.header.msg_type !== 'execute_request') return null;
    return executionRequestedEvent(message, { session, actor, path: this.#options.documentPath() });
  }

  #send(request: Request): void {
    try {
      this.#options.send(request.message);
      this.#executions.sent(request.message);
    } catch (error) {
      const { logger, kernelId } = this.#options;
      // Clients of a kernel that was shut down keep their sockets and ask on (contract §3.8).
      if (error instanceof KernelError && error.code === 'KERNEL_DEAD') {
        logger.debug({ kernelId }, 'A request came for a kernel that is over');
        return;
      }
      logger.warn({ err: error, kernelId }, 'A request could not be sent to its kernel');
      this.#answerRefusal(request, `This was not run: ${reasonOf(error)}`);
    }
  }

  #refuse(items: readonly Request[], error: unknown): Promise<boolean> {
    this.#options.logger.error(
      { err: error, kernelId: this.#options.kernelId },
      'A request could not be recorded',
    );
    for (const item of items) {
      // An answer to an input prompt must reach the kernel all the same, or it waits for ever.
      if (item.event?.type === 'execution-requested')
        this.#answerRefusal(
          item,
          `This was not run, because it could not be recorded: ${reasonOf(error)} ${REMEDY}`,
        );
      else this.#send(item);
    }
    return Promise.resolve(false);
  }

  #answerRefusal({ message, session }: Request, reason: string): void {
    if (message.header.msg_type !== 'execute_request') return;
    for (const answer of refusedExecution(message, reason)) this.#tell(answer, session);
  }

  /** Said at once and kept nowhere: it tells of the log's own failure. @param session null for all */
  #tell(message: ServerMessage, session: string | null): void {
    const said = OutgoingMessage.fromKernel(createServerMessage(this.#kernelSession, message), session);
    for (const client of this.#clients)
      if (session === null || client.sessionId === session)
        client.deliver([{ message: said, sequence: null }], null);
  }
}

function mayPass(error: unknown): boolean {
  return (
    error instanceof EventLogError &&
    (error.code === 'EVENT_LOG_DISK_FULL' || error.code === 'EVENT_LOG_IO_FAILED')
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sizeOf({ frames }: KernelMessage): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
