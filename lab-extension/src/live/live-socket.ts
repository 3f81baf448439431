import { Signal, type ISignal } from '@lumino/signaling';
import type { DownMessage } from '../../../server/wire/down.ts';
import { decodeLiveFrame, encodeLiveFrame, type LiveFrame } from '../../../server/wire/live-frame.ts';
import { PROTOCOL_VERSION } from '../../../server/wire/protocol-version.ts';
import type { UpMessage } from '../../../server/wire/up.ts';
import type { ConnectionStatus, ILiveConnection } from '../tokens.ts';
import { FrameAssembly } from './frame-assembly.ts';
import type { LiveClock } from './live-clock.ts';
import type { LiveTransport, OpenTransport } from './live-transport.ts';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const LOOK_EVERY = 5_000;
/** The server says something every 10 s. */
const SILENT_FOR = 25_000;
const DOUBTFUL_AFTER = 12_000;

/**
 * The page's websocket to the server. A connection that breaks off is opened again with growing pauses, for as long as
 * the page lives; whoever uses it says anew what they have open when `status` becomes `connected`.
 */
export class LiveSocket implements ILiveConnection {
  #status: ConnectionStatus = { kind: 'connecting' };
  #transport: LiveTransport | null = null;
  #pause = FIRST_PAUSE;
  #heard = 0;
  #cancelTimer = (): void => undefined;
  #isClosed = false;
  readonly #statusChanged = new Signal<this, ConnectionStatus>(this);
  readonly #message = new Signal<this, DownMessage>(this);
  readonly #frame = new Signal<this, LiveFrame>(this);

  /** @param isOnline what the browser says of its network, which may be wrong: a server can be on this computer */
  constructor(
    private readonly openTransport: OpenTransport,
    private readonly clock: LiveClock,
    private readonly isOnline: () => boolean,
  ) {}

  get status(): ConnectionStatus {
    return this.#status;
  }

  get statusChanged(): ISignal<this, ConnectionStatus> {
    return this.#statusChanged;
  }

  get message(): ISignal<this, DownMessage> {
    return this.#message;
  }

  get frame(): ISignal<this, LiveFrame> {
    return this.#frame;
  }

  get isConnected(): boolean {
    return this.#status.kind === 'connected';
  }

  /** Tries at once, where it is not connected. Called first to begin. */
  retry(): void {
    if (this.#isClosed || this.#transport !== null || this.#status.kind === 'outdated') return;
    this.#cancelTimer();
    this.#connect();
  }

  /** The network may be another one, or the computer has slept: a connection of before may be dead. */
  wake(): void {
    if (this.#transport !== null && this.clock.now() - this.#heard > DOUBTFUL_AFTER) {
      this.#transport.close();
      this.#transport = null;
      this.#lost('');
    }
    this.retry();
  }

  send(message: UpMessage): boolean {
    if (!this.isConnected || this.#transport === null) return false;
    this.#transport.send(JSON.stringify(message));
    return true;
  }

  sendFrame(frame: LiveFrame): boolean {
    if (!this.isConnected || this.#transport === null) return false;
    this.#transport.send(encodeLiveFrame(frame));
    return true;
  }

  /** The page is closed. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#transport?.close();
    this.#transport = null;
    Signal.clearData(this);
  }

  #connect(): void {
    const assembly = new FrameAssembly();
    this.#heard = this.clock.now();
    this.#transport = this.openTransport({
      opened: () => {
        const hello: UpMessage = { type: 'hello', protocol: PROTOCOL_VERSION };
        this.#transport?.send(JSON.stringify(hello));
      },
      text: (text) => {
        this.#heard = this.clock.now();
        this.#receive(JSON.parse(text) as DownMessage);
      },
      binary: (bytes) => {
        this.#heard = this.clock.now();
        const frame = assembly.add(decodeLiveFrame(bytes));
        if (frame !== null) this.#frame.emit(frame);
      },
      closed: (reason) => this.#lost(reason),
    });
    this.#watch();
  }

  #receive(message: DownMessage): void {
    // One that is closed again and again right after it was welcome is to wait longer each time, too.
    if (message.type === 'alive') this.#pause = FIRST_PAUSE;
    if (message.type === 'welcome') {
      this.#become({ kind: 'connected', server: message.server, person: message.person });
    } else this.#message.emit(message);
  }

  #lost(reason: string): void {
    this.#transport = null;
    this.#cancelTimer();
    if (this.#isClosed) return;
    if (reason === 'unknown-protocol') return this.#become({ kind: 'outdated' });
    const { status } = this;
    const since = 'since' in status ? status.since : new Date(this.clock.now());
    // Everybody comes back after a restart of the server, and not all at the same moment.
    const pause = this.#pause * (0.5 + this.clock.random() / 2);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    this.#cancelTimer = this.clock.after(pause, () => this.#connect());
    this.#become({ kind: this.isOnline() ? 'reconnecting' : 'offline', since });
  }

  /** A connection can die without a word: a laptop that changed its network. */
  #watch(): void {
    const looked = this.clock.now();
    this.#cancelTimer = this.clock.after(LOOK_EVERY, () => {
      const now = this.clock.now();
      // After a sleep, or while the page was too busy, what came is still to be read.
      const isLate = now - looked > 2 * LOOK_EVERY;
      if (isLate) this.#heard = Math.max(this.#heard, now - SILENT_FOR + LOOK_EVERY);
      if (now - this.#heard <= SILENT_FOR) return this.#watch();
      this.#transport?.close();
      this.#lost('');
    });
  }

  #become(status: ConnectionStatus): void {
    this.#status = status;
    this.#statusChanged.emit(status);
  }
}
