import type { Logger } from 'pino';
import { EventLogError } from '../../event-log/event-log.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { ClientConnection } from './client-connection.ts';
import { readClientMessage } from './client-message.ts';
import type { ClientProgress, ProgressSlot } from './client-progress.ts';
import type { Dialect } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { KeepAlive } from './keep-alive.ts';
import type { KernelStream } from './kernel-stream.ts';
import type { LiveText } from './live-text.ts';
import { MalformedFrameError } from '../../kernel-bridge/protocol/malformed-frame-error.ts';
import { OutgoingMessage } from './outgoing-message.ts';
import { Receipt } from './receipt.ts';
import { shownAnew } from './shown-anew.ts';
import type { Delivery, StreamClient } from './stream-client.ts';

/** With more than this on its way, a client is read to from the log, at its own pace (I5). */
const LAG_BYTES = 8 * 1024 * 1024;
/** A client that asks on and on and takes no answer. Answers that are no events cannot be read again from the log. */
const UNTAKEN_BYTES = 256 * 1024 * 1024;

/** A client that is read to is not worth a note for each event. */
const NOTED_AHEAD = 100;

/** What watching a kernel begins with: what it is, and which widgets it has. */
const ASKED_BY_VIEWERS: ReadonlySet<string> = new Set(['kernel_info_request', 'comm_info_request']);

export interface KernelSocketOptions {
  readonly connection: ClientConnection;
  readonly stream: KernelStream;
  readonly dialect: Dialect;
  readonly sessionId: string;
  /** What a browser's page is sent of what cells print; null for other clients, which get all. */
  readonly liveText: LiveText | null;
  readonly identity: Identity;
  readonly authorize: Authorize;
  readonly logger: Logger;
}

/**
 * One client's websocket to a kernel. It has a position in the kernel's stream: it takes what is said live while it
 * keeps pace; when it lags, or comes back after a broken connection, it is read to from the log until it has caught
 * up, without gap, repetition or change of order.
 */
export class KernelSocket implements StreamClient {
  readonly sessionId: string;
  readonly attachedAt: number;
  readonly #options: KernelSocketOptions;
  readonly #receipt: Receipt;
  readonly #keepAlive: KeepAlive;
  readonly #slot: ProgressSlot;
  #position: number;
  /** Nothing behind this was ever sent to this client, here or by another connection. */
  #sent: number;
  #catchingUp = false;
  #isSuperseded = false;
  #onDrained: (() => void) | null = null;

  constructor(options: KernelSocketOptions) {
    const { connection, stream } = options;
    this.#options = options;
    this.sessionId = options.sessionId;
    this.attachedAt = stream.delivered;
    this.#slot = stream.attach(this);
    const { received, sent } = this.#slot.progress ?? { received: stream.delivered, sent: stream.delivered };
    // What was written down may have outlived what was not yet on the disk when the power went.
    this.#position = Math.min(received, stream.delivered);
    this.#sent = Math.max(this.#position, Math.min(sent, stream.delivered));
    this.#receipt = new Receipt(this.#position, (payload) => connection.ping(payload));
    this.#keepAlive = new KeepAlive({
      bufferedBytes: () => connection.bufferedBytes,
      ping: () => connection.isOpen && this.#receipt.askAgain(this.#position),
      giveUp: () => {
        options.logger.warn('A kernel websocket is given up: nobody answered for 90 seconds');
        connection.terminate();
      },
    });
    connection.listen({
      message: (data, binary) => this.#heard(data, binary),
      pong: (payload) => {
        this.#keepAlive.heard();
        if (!connection.isOpen) return;
        this.#receipt.ponged(payload, this.#position);
        this.#note();
      },
      drained: () => this.#drained(),
      closed: () => this.#closed(),
    });
    this.#note();
    if (this.#position < stream.delivered) void this.#catchUp(this.progress);
  }

  /** The user's name. */
  get actor(): string {
    return this.#options.identity.username;
  }

  get progress(): ClientProgress {
    return { received: this.#receipt.confirmed, sent: this.#sent };
  }

  deliver(deliveries: readonly Delivery[], through: number | null): void {
    const { connection } = this.#options;
    if (!connection.isOpen) return;
    if (!this.#catchingUp && through !== null) this.#willSend(through);
    connection.together(() => {
      for (const { message, sequence } of deliveries) {
        if (sequence === null) this.#answer(message);
        else if (!this.#catchingUp && sequence > this.#position) this.#sendLive(message, sequence);
      }
      if (this.#catchingUp) return;
      if (through !== null) this.#position = Math.max(this.#position, through);
      this.#receipt.ask(this.#position);
    });
  }

  supersede(): void {
    this.#isSuperseded = true;
    // Lab takes 1000 and 1001 for an end that it need not undo (contract §10.1).
    this.#options.connection.close();
  }

  /** The server ends; the client is to come again. */
  close(): void {
    this.#options.connection.close(1012, 'The server is ending');
  }

  terminate(): void {
    this.#options.connection.terminate();
  }

  #sendLive(message: OutgoingMessage, sequence: number): void {
    if (this.#options.connection.bufferedBytes > LAG_BYTES) {
      void this.#catchUp();
      return;
    }
    this.#send(message);
    this.#position = sequence;
  }

  #answer(message: OutgoingMessage): void {
    const { connection, logger } = this.#options;
    if (connection.bufferedBytes > UNTAKEN_BYTES) {
      logger.warn('A kernel websocket is given up: it asks and does not take the answers');
      connection.terminate();
    } else this.#send(message);
  }

  #send(message: OutgoingMessage): void {
    if (message.recipient !== null && message.recipient !== this.sessionId) return;
    const { connection, dialect, liveText } = this.#options;
    if (liveText === null) connection.send(message.frame(dialect));
    else for (const passed of liveText.pass(message)) connection.send(passed.frame(dialect));
  }

  /** @param missed of a client that comes back */
  async #catchUp(missed?: ClientProgress): Promise<void> {
    const { connection, stream, logger } = this.#options;
    this.#catchingUp = true;
    try {
      if (missed !== undefined) await this.#showAnew(missed);
      while (connection.isOpen) {
        await this.#roomToSend();
        // Nothing may come between this question and the change to live.
        if (this.#position >= stream.delivered) {
          this.#catchingUp = false;
          this.#receipt.ask(this.#position);
          return;
        }
        await this.#readOn();
        this.#receipt.ask(this.#position);
      }
    } catch (error) {
      logger.error({ err: error }, 'A kernel websocket could not be read to from the log');
      // It comes again, and is read to from where it was.
      connection.close(1011, 'What was missed could not be read');
    }
  }

  async #showAnew(missed: ClientProgress): Promise<void> {
    const { connection, stream } = this.#options;
    for await (const message of shownAnew(stream, this.sessionId, missed)) {
      if (!connection.isOpen) return;
      await this.#roomToSend();
      this.#send(message);
    }
  }

  async #readOn(): Promise<void> {
    const { connection, stream, logger } = this.#options;
    try {
      for await (const event of stream.read(this.#position)) {
        if (!connection.isOpen) return;
        const message = OutgoingMessage.fromEvent(event);
        if (event.sequence > this.#sent) this.#willSend(event.sequence + NOTED_AHEAD);
        if (message !== null) this.#send(message);
        this.#position = event.sequence;
        if (connection.bufferedBytes > LAG_BYTES) return;
      }
    } catch (error) {
      const behind = error instanceof EventLogError ? (error.position?.sequence ?? 0) : 0;
      if (behind <= this.#position) throw error;
      // One event that cannot be read must not keep back those behind it.
      logger.error({ err: error }, 'An event of a kernel cannot be read, and is left out');
      this.#position = behind;
    }
  }

  async #roomToSend(): Promise<void> {
    if (this.#options.connection.bufferedBytes <= LAG_BYTES) return;
    await new Promise<void>((resolve) => (this.#onDrained = resolve));
  }

  /** Before anything is sent up to there. */
  #willSend(sequence: number): void {
    if (sequence <= this.#sent) return;
    this.#sent = sequence;
    this.#note();
  }

  #note(): void {
    const before = this.#slot.progress;
    const { progress } = this;
    if (this.#isSuperseded) return;
    if (before?.received !== progress.received || before.sent !== progress.sent) this.#slot.note(progress);
  }

  #drained(): void {
    this.#onDrained?.();
    this.#onDrained = null;
  }

  #heard(data: Buffer, binary: boolean): void {
    const { connection, stream, dialect, identity, authorize, logger } = this.#options;
    if (this.#isSuperseded || !connection.isOpen) return;
    try {
      const message = readClientMessage(dialect.decode(data, binary));
      if (typeof message === 'string')
        return logger.warn({ reason: message }, 'A message of a client is ignored');
      authorize(identity, ASKED_BY_VIEWERS.has(message.header.msg_type) ? 'read' : 'execute', 'kernels');
      stream.request(message, this, identity.username);
    } catch (error) {
      // Their pages send some requests unasked, of widgets for one, and are to go on watching.
      if (error instanceof HttpError && identity.right === 'view') return;
      logger.warn({ err: error }, 'A kernel websocket is closed for what it sent');
      if (error instanceof MalformedFrameError) connection.close(1007, error.message);
      else if (error instanceof HttpError) connection.close(1008, 'Forbidden');
      else connection.close(1011, 'The message could not be handled');
    }
  }

  #closed(): void {
    this.#keepAlive.close();
    this.#drained();
    this.#options.stream.detach(this);
  }
}
