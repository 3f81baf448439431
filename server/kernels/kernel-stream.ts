import type { NewEvent, StoredEvent } from '../../event-log/event.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { ProgressSlot } from './client-progress.ts';
import { Conversation } from './conversation.ts';
import { deliveriesOf } from './deliveries.ts';
import type { Death } from './explain-death.ts';
import type { AfterFailure } from './group-commit.ts';
import { GroupCommit } from './group-commit.ts';
import { eventOf, executionRequestedEvent, isExecution, streamOf } from './kernel-events.ts';
import type { AskOptions, KernelAnswer, KernelQuestion } from './kernel-questions.ts';
import { KernelQuestions } from './kernel-questions.ts';
import { KernelRequests } from './kernel-requests.ts';
import type { KernelStreamOptions } from './kernel-stream-options.ts';
import { isClosed, mayPass } from './log-failure.ts';
import { sizeOf } from './message-size.ts';
import { QueueNotice } from './queue-notice.ts';
import { OutgoingMessage } from './outgoing-message.ts';
import { heldBackNotice, lostNotice } from './output-notices.ts';
import type { PendingExecutions } from './pending-executions.ts';
import type { Said } from './said.ts';
import type { ServerMessage } from './server-message.ts';
import { createServerMessage, lostExecution, statusMessage, stderrMessage } from './server-message.ts';
import type { StreamClient } from './stream-client.ts';
import { StreamClients } from './stream-clients.ts';

const MOST_RELAYED = 4 * 1024 * 1024; // bytes on their way to the disk, for other kernels' words to be read on
const KEPT_EVENTS = 1000; // what a kernel said last tells where it is

/**
 * All that one kernel says and is asked, in order. What it says is appended to the log and only then fanned out to
 * its clients (I1), and then acknowledged, so that the supervisor keeps no more of it; what comes from there again is
 * passed over. What a client has not taken is read again from the log, so that nothing is queued here for anybody (I5).
 */
export class KernelStream {
  readonly #options: KernelStreamOptions;
  readonly #name: string;
  readonly #clients = new StreamClients();
  readonly #conversation: Conversation;
  readonly #said: GroupCommit<Said>;
  readonly #requests: KernelRequests;
  readonly #questions = new KernelQuestions();
  readonly #notice: QueueNotice;
  #delivered: number;
  /** The kernel's last position that was taken in. */
  #position: number;
  /** What is to be appended in one. */
  #together: Said[] | null = null;
  #refusing = false;
  #ended = false;
  #isLetGo = false;
  #onRefused: (() => void) | null = null;

  constructor(options: KernelStreamOptions) {
    this.#options = options;
    this.#name = streamOf(options.kernelId);
    this.#delivered = options.after;
    this.#position = options.position ?? 0;
    this.#conversation = options.conversation ?? new Conversation();
    const { waitsFor, executions } = this.#conversation;
    this.#notice = new QueueNotice((message) => this.say(message), waitsFor, executions.requests);
    const append = (events: readonly NewEvent[]): Promise<number> => options.log.append(this.#name, events);
    this.#said = new GroupCommit<Said>({
      append,
      committed: (items, last) => this.#fanOut(items, last),
      failed: (items, error, canBeTakenApart) => this.#holdBack(items, error, canBeTakenApart),
    });
    this.#requests = new KernelRequests({
      kernelId: options.kernelId,
      logger: options.logger,
      conversation: this.#conversation,
      answerer: options.answerer ?? null,
      append,
      send: (message) => {
        options.send(message);
        this.#notice.sent(message);
      },
      documentPath: () => options.documentPath(),
      committed: (events, last) => this.#tellCommitted(events, last),
      say: (message) => this.say(message),
      sayState: (message) => this.#say(message, true),
      ask: (question, asked) => this.ask(question, asked),
      tell: (message, session) => this.#tell(message, session),
    });
  }

  /** The sequence up to which clients that keep pace have had everything. */
  get delivered(): number {
    return this.#delivered;
  }

  /**
   * The first sequence that is still needed here: to read on to clients, also to those that left lately and may come back,
   * and for a server that takes the kernel over.
   */
  get neededFrom(): number {
    return Math.max(0, this.#clients.furthestBehind(this.#delivered - KEPT_EVENTS)) + 1;
  }

  get connections(): number {
    return this.#clients.count;
  }

  /** What it was sent to execute and has not answered, in order. */
  get executions(): PendingExecutions['all'] {
    return this.#conversation.executions.all;
  }

  get clients(): Iterable<StreamClient> {
    return this.#clients.all;
  }

  /** From the kernel. What was heard before, of another server or before a break, is passed over. */
  hear(message: KernelMessage, position: number): void {
    if (!this.isNew(position)) return;
    const asker = isExecution(message) ? (this.#options.askerThere?.() ?? null) : null;
    if (asker !== null) return this.#askedThere(message, position, asker);
    this.#notice.over();
    this.#conversation.heard(message);
    this.#take(message, position);
    this.#requests.cells.advance();
  }

  /**
   * Takes notice of a position; false for one that was had before, and where nobody listens any more.
   * @param position null for what has none, and is always new
   */
  isNew(position: number | null): boolean {
    if (this.#isLetGo || (position !== null && position <= this.#position)) return false;
    this.#position = position ?? this.#position;
    return true;
  }

  /**
   * Another kernel's, which runs a cell for this one's notebook: said and kept here as the kernel's own words are, and in
   * its session, for a client drops what it has queued when another one speaks (contract §3.4).
   */
  relay(message: KernelMessage, speaker: string): void {
    if (this.#isLetGo) return;
    this.#conversation.relayed(message);
    this.#take(message, null, true, speaker);
    this.#requests.cells.advance();
  }

  get kernelSession(): string {
    return this.#conversation.kernelSession;
  }

  /** Null while little is on its way to the disk; else resolves when that is so. */
  roomToSay(): Promise<void> | null {
    return this.#said.heldBytes < MOST_RELAYED ? null : this.#said.settled();
  }

  /** What is said in the kernel's name, to all who listen, and kept like its own words. */
  say(message: ServerMessage): void {
    this.#say(message, false);
  }

  /** The same for one client alone, which sends it to nobody else. */
  spoken(message: ServerMessage): OutgoingMessage {
    return OutgoingMessage.fromKernel(createServerMessage(this.#conversation.kernelSession, message), null);
  }

  /** Says a line on stderr in each cell that runs, also in those that ran at the last restart, or to nobody in particular. */
  sayToRunning(text: string, also: 'cut-short' | null = null): void {
    const running = this.#conversation.executions[also === 'cut-short' ? 'begunOrCutShort' : 'begun']();
    if (running.length === 0) this.say(stderrMessage(text));
    for (const { header, frame } of running) this.say(stderrMessage(text, { header, frame }));
  }

  /** Its place has not started it yet, and says why; null: it has now. */
  waits(text: string | null): void {
    this.#conversation.waitsFor = text;
    this.#notice.changed(text, this.#conversation.executions.requests);
  }

  /**
   * The kernel's process is gone: says why in each cell that ran, and ends what it was sent.
   * @param waiting ids of the messages that the next process gets
   */
  died(death: Death, waiting: ReadonlySet<string>): void {
    this.waits(null);
    this.#questions.over(death.reason);
    this.#conversation.countsAnew();
    for (const lost of this.#conversation.executions.lost(this.#requests.cells.thatGoOn(waiting)))
      for (const message of lostExecution(lost, death)) this.say(message);
    this.#requests.cells.lost();
  }

  /** The kernel has done these, and its answers to them, or its word that it is idle, are lost: ends them. */
  missed(messageIds: readonly string[], death: Death): void {
    const { executions } = this.#conversation;
    for (const request of executions.neverIdle(messageIds)) this.#say(statusMessage('idle', request), true);
    for (const lost of executions.missed(messageIds))
      for (const message of lostExecution(lost, death)) this.#say(message, true);
    this.#requests.cells.advance();
  }

  /** Another process is asked for. */
  restarting(): void {
    this.waits(null);
    this.#questions.over('The kernel is restarted');
    this.#conversation.executions.forget();
    this.#conversation.countsAnew();
    this.#requests.cells.abandon();
  }

  /** @returns false where the kernel itself runs what runs now: then it is to be interrupted */
  interrupt(actor: string): boolean {
    return this.#requests.cells.interrupt(actor);
  }

  /** Whether a cell is answered here, and the kernel does not get it. */
  answers(message: KernelMessage): boolean {
    return this.#requests.cells.isAnswered(message);
  }

  /** What happened to the kernel, in its place among what it said. */
  record(event: NewEvent | null, position: number | null = null): void {
    this.#push({ event, size: 0, message: null, source: null, isHeard: false, position });
  }

  /** Appends in one, or not at all, what is said and recorded meanwhile. */
  together(sayAll: () => void): void {
    const items: Said[] = [];
    this.#together = items;
    try {
      sayAll();
    } finally {
      this.#together = null;
    }
    this.#said.push(...items.map((item, index) => ({ ...item, isJoined: index > 0 })));
  }

  /** From a client. What the kernel then says of it finds its way back to `client`'s session. */
  request(message: KernelMessage, client: Pick<StreamClient, 'sessionId'>, actor: string): void {
    if (!this.#ended) this.#requests.push(message, client.sessionId, actor);
  }

  /**
   * From the server itself, which alone gets the answer.
   * @throws what the signal was aborted with; KernelError KERNEL_DEAD where nobody answers any more
   */
  ask(question: KernelQuestion, options: AskOptions): Promise<KernelAnswer> {
    const { session } = this.#questions;
    if (this.#ended) return Promise.reject(new KernelError('KERNEL_DEAD', 'The kernel has ended'));
    return this.#questions.ask(question, {
      ...options,
      send: (message) => this.#requests.push(message, session, options.actor, true),
    });
  }

  /** The kernel did not take a request after all. */
  refused(message: KernelMessage, error: unknown): void {
    this.#requests.refused(message, error);
  }

  /** What was recorded by a server that ended before the kernel got it. */
  sendRecorded(message: KernelMessage, session: string, actor: string): void {
    this.#requests.sendRecorded(message, session, actor);
  }

  /**
   * Adds a client, which hears all that is said from now on.
   * @returns where it notes how far it is, which says how far its session was
   */
  attach(client: StreamClient): ProgressSlot {
    this.#clients.attach(client);
    return this.#options.progresses.slotOf(this.#options.kernelId, client.sessionId);
  }

  detach(client: StreamClient): void {
    this.#clients.detach(client);
  }

  /** What was said behind a sequence, oldest first. */
  read(after: number): AsyncIterable<StoredEvent> {
    return this.#options.log.read(this.#name, { after });
  }

  /** The kernel is over, and is asked nothing more. Resolves when all it said is recorded, or has to be held back. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#requests.cells.forget();
    this.#questions.over('The kernel has ended');
    const refused = new Promise<void>((resolve) => (this.#onRefused = resolve));
    if (!this.#refusing) await Promise.race([this.#said.settled(), refused]);
  }

  /** The server ends, and the kernel does not: what is not recorded by now is the next server's. */
  async letGo(): Promise<void> {
    this.#isLetGo = true;
    await Promise.all([this.end(), this.#requests.settled()]);
  }

  /** @param tellsState of the kernel, as REST shows it */
  #say(message: ServerMessage, tellsState: boolean): void {
    this.#take(createServerMessage(this.#conversation.kernelSession, message), null, tellsState);
  }

  /** A page asked the kernel that it runs itself: recorded like what anybody asks, and sent to nobody (I2). */
  #askedThere(message: KernelMessage, position: number, actor: string): void {
    const { session } = message.header;
    this.#conversation.asked(message, session);
    const asked = { session, actor, path: this.#options.documentPath(), position };
    const event = executionRequestedEvent(message, asked);
    this.#push({ event, size: sizeOf(message), message: null, source: null, isHeard: false, position });
  }

  #take(
    message: KernelMessage,
    position: number | null,
    isHeard = position !== null,
    speaker?: string,
  ): void {
    const { routes, prompts } = this.#conversation;
    const session = routes.sessionOf(message);
    if (message.channel === 'stdin') prompts.asked(message, session);
    const event = eventOf(this.#options.kernelId, message, { session, position, speaker });
    const outgoing = OutgoingMessage.fromKernel(message, session);
    const item = { event, size: sizeOf(message), message: outgoing, source: message, isHeard, position };
    if (event === null && this.#refusing) {
      // An answer for one socket need not wait for a disk that refuses what is before it; its position does.
      this.#deliver([item], null);
      this.record(null, position);
    } else this.#push(item);
  }

  #push(item: Said): void {
    if (this.#together === null) this.#said.push(item);
    else this.#together.push(item);
  }

  #fanOut(items: readonly Said[], last: number | null): void {
    this.#refusing = false;
    this.#deliver(items, last);
    this.#acknowledge(items);
    const events = items.flatMap(({ event }) => event ?? []);
    if (last !== null) this.#tellCommitted(events, last);
  }

  #deliver(items: readonly Said[], last: number | null): void {
    if (last !== null) this.#delivered = last;
    this.#tellRecorded(items);
    this.#clients.deliver(deliveriesOf(items, last), last);
    for (const { source } of items) if (source !== null) this.#questions.heard(source);
  }

  #acknowledge(items: readonly Said[]): void {
    const position = items.findLast((item) => item.position !== null)?.position ?? null;
    if (position !== null) this.#options.acknowledge(position);
  }

  #tellRecorded(items: readonly Said[]): void {
    for (const { source, isHeard } of items) if (source !== null && isHeard) this.#options.onRecorded(source);
  }

  #tellCommitted(events: readonly NewEvent[], last: number): void {
    const first = last - events.length + 1;
    const { kernelId } = this.#options;
    this.#options.onCommitted?.({ kernelId, firstSequence: first, time: Date.now(), events });
  }

  /** Nothing that is not in the log reaches anybody as output (I1): it waits until it can be, and people are told. */
  async #holdBack(items: readonly Said[], error: unknown, canBeTakenApart: boolean): Promise<AfterFailure> {
    const { logger, kernelId } = this.#options;
    // Not acknowledged, and so the next server's.
    if (isClosed(error)) return 'never';
    if (!mayPass(error)) {
      if (canBeTakenApart) return 'apart';
      this.#giveUp(items, error);
      return 'never';
    }
    if (!this.#refusing) {
      this.#refusing = true;
      logger.error({ err: error, kernelId }, 'Output of a kernel is held back until it can be recorded');
      this.#tell(heldBackNotice(items, error), null);
    }
    this.#onRefused?.();
    await this.#options.retryDelay();
    return 'again';
  }

  /** What no log can hold. */
  #giveUp(items: readonly Said[], error: unknown): void {
    const { logger, kernelId } = this.#options;
    logger.error({ err: error, kernelId }, 'A message of a kernel could not be recorded');
    // A kernel must not seem busy for ever.
    this.#tellRecorded(items);
    this.#acknowledge(items);
    const notice = lostNotice(items, error);
    if (notice !== null) this.say(notice);
  }

  /** Said at once and kept nowhere: it tells of the log's own failure. @param session null for all */
  #tell(message: ServerMessage, session: string | null): void {
    const spoken = createServerMessage(this.#conversation.kernelSession, message);
    this.#clients.tell(OutgoingMessage.fromKernel(spoken, session), session);
  }
}
