import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { Logger } from '../logger.ts';
import type { CellEnd } from './cell-end.ts';
import { gone } from './cell-end.ts';
import type { RanOn } from './ran-on.ts';
import { readableEvents } from '../readable-events.ts';
import { headerIn, relayedMessage } from './relayed-message.ts';

/** The stream of a notebook's own kernel. */
export interface PrimaryStream {
  readonly kernelSession: string;
  relay(message: KernelMessage, speaker: string): void;
  say(message: {
    readonly channel: 'iopub';
    readonly type: string;
    readonly content: Readonly<Record<string, unknown>>;
    readonly parent?: { readonly header: KernelMessage['header'] | null; readonly frame: Uint8Array };
  }): void;
  /** Null while there is room; else resolves when there is. */
  roomToSay(): Promise<void> | null;
}

export interface RelayOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  /** Of the kernel that is listened to. */
  readonly kernelId: string;
  /** Of the requests whose answers are relayed. */
  readonly session: string;
  /** The last sequence of its stream that was relayed before. */
  readonly after: number;
  /** Null while it is not there: then what comes waits in the log. */
  primary(): PrimaryStream | null;
  ranOn(): RanOn;
  /** Whether it has a request, and has not answered it. */
  isPending(requestId: string): boolean;
  /** All that it said was relayed, and it says nothing more. */
  ended(): void;
}

interface Committed {
  readonly firstSequence: number;
  readonly events: readonly NewEvent[];
}

/** Cells whose end was relayed; somebody may ask for one yet, when a server takes over. */
const REMEMBERED = 100;

/**
 * Has what a kernel says of cells said again by the kernel of their notebook, in order and without loss: it is read from
 * the log, where it stands before, as fast as that kernel's stream takes it (I5). Where it stopped, the next server goes on.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #expected = new Map<string, (end: CellEnd | null) => void>();
  readonly #answered: string[] = [];
  #through: number;
  /** The stream's last sequence that is known. */
  #known: number;
  #isRunning = false;
  #isHeld = true;
  #hasNoted = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#through = options.after;
    this.#known = options.after;
  }

  /** The first sequence that is still needed here. */
  get neededFrom(): number {
    return this.#through + 1;
  }

  /** A cell is under way there, whose end nobody has told. */
  get isAwaited(): boolean {
    return this.#expected.size > 0;
  }

  /** From now on it relays. */
  begin(known: number): void {
    this.#isHeld = false;
    this.#know(known);
  }

  observe({ firstSequence, events }: Committed): void {
    const primary = this.#options.primary();
    const last = firstSequence + events.length - 1;
    const follows = !this.#isRunning && !this.#isHeld && firstSequence === this.#through + 1;
    // What fits in at once need not be read again.
    if (follows && primary?.roomToSay() === null) {
      for (const event of events) this.#pass(event, primary);
      this.#through = last;
    }
    this.#know(last);
  }

  /** Goes on, after its notebook's kernel was not there. */
  wake(): void {
    this.#know(this.#known);
  }

  hasAnswered(requestId: string): boolean {
    return this.#answered.includes(requestId);
  }

  /** Resolves with null once the reply to a request was relayed; with what to tell, where it never comes. */
  answerTo(requestId: string): Promise<CellEnd | null> {
    const { promise, resolve } = Promise.withResolvers<CellEnd | null>();
    this.#expected.set(requestId, resolve);
    return promise;
  }

  /** Nothing more comes of it. */
  giveUp(requestId: string, end: CellEnd): void {
    this.#expected.get(requestId)?.(end);
    this.#expected.delete(requestId);
  }

  /** Nothing more comes at all. */
  over(end: CellEnd): void {
    for (const requestId of [...this.#expected.keys()]) this.giveUp(requestId, end);
  }

  #know(last: number): void {
    this.#known = Math.max(this.#known, last);
    if (this.#isRunning || this.#isHeld || this.#through >= this.#known) return;
    this.#isRunning = true;
    const { logger, kernelId } = this.#options;
    void this.#run(this.#known)
      .catch((error: unknown) => {
        logger.error({ err: error, kernelId }, 'What a kernel said cannot be read, and is not in its cells');
        this.#through = this.#known;
        this.over(gone('What its kernel said cannot be read from the log.'));
        return true;
      })
      .then((isDone) => {
        this.#isRunning = false;
        if (isDone) this.wake();
      });
  }

  /** @returns false where it has to wait until its notebook's kernel is there */
  async #run(through: number): Promise<boolean> {
    const { log, kernelId } = this.#options;
    for await (const event of readableEvents(log, `kernel/${kernelId}`, this.#through, through)) {
      const primary = this.#options.primary();
      if (primary === null) return false;
      this.#pass(event, primary);
      this.#through = event.sequence;
      await primary.roomToSay();
    }
    // Those at the end may have been unreadable, or trimmed.
    this.#through = Math.max(this.#through, through);
    return true;
  }

  #pass(event: NewEvent, primary: PrimaryStream): void {
    if (event.type === 'kernel-message') this.#say(event, primary);
    else if (event.type === 'kernel-ended') {
      this.over(gone('The kernel that ran this cell was ended.'));
      // One that was taken for lost and is found after all lives.
      if (event.data.reason !== 'lost') this.#options.ended();
    } else if (event.type === 'kernel-restarted' && event.data.reason === 'requested') this.#restarted();
  }

  /** Another process has what was asked of it since. */
  #restarted(): void {
    const end = gone('The kernel that ran this cell was restarted before the cell ended.');
    for (const requestId of [...this.#expected.keys()])
      if (!this.#options.isPending(requestId)) this.giveUp(requestId, end);
  }

  #say(event: Extract<NewEvent, { type: 'kernel-message' }>, primary: PrimaryStream): void {
    const { kernelId, session } = this.#options;
    const { kernelSession } = primary;
    const relayed = relayedMessage(event, { session, kernelSession, ranOn: this.#options.ranOn() });
    if (relayed.kind === 'widget') this.#noteWidgets(event, primary);
    if (relayed.kind !== 'message') return;
    primary.relay(relayed.message, kernelId);
    if (event.data.messageType !== 'execute_reply' || event.causedBy === null) return;
    this.#answered.push(event.causedBy);
    if (this.#answered.length > REMEMBERED) this.#answered.shift();
    this.#expected.get(event.causedBy)?.(null);
    this.#expected.delete(event.causedBy);
  }

  #noteWidgets(event: Extract<NewEvent, { type: 'kernel-message' }>, primary: PrimaryStream): void {
    if (this.#hasNoted) return;
    this.#hasNoted = true;
    const frame = event.frames[1] ?? Buffer.from('{}');
    const text =
      'Widgets are shown for the kernel of the notebook alone: those of this cell, which another kernel ran, stay without life.\n';
    primary.say({
      channel: 'iopub',
      type: 'stream',
      content: { name: 'stderr', text },
      parent: { header: headerIn(frame), frame },
    });
  }
}
