import { HOST_PROTOCOL, type HostHello } from '../../../../server/wire/browser-runtime.ts';
import type { HostConnection, HostSettings } from './page-talk.ts';

export interface HostLinkEvents {
  /** The server speaks the link from the next message on: to be joined in this very turn. */
  accepted(socket: WebSocket): void;
  changed(connection: HostConnection): void;
}

/** Between attempts, in milliseconds: doubled each time. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** For the server's answer to an attempt, in milliseconds. */
const PATIENCE = 15_000;
/** One that was made so lately, in milliseconds, is not one that broke unnoticed. */
const YOUNG = 3_000;

/** One host's connection to the server, made anew for as long as it is wanted. */
export class HostLink {
  readonly #settings: Pick<HostSettings, 'hostId' | 'secret' | 'title' | 'linkUrl'>;
  readonly #isLeft: boolean;
  readonly #events: HostLinkEvents;
  #socket: WebSocket | null = null;
  #openedAt = 0;
  #pause = FIRST_PAUSE;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(
    settings: Pick<HostSettings, 'hostId' | 'secret' | 'title' | 'linkUrl'>,
    isLeft: boolean,
    events: HostLinkEvents,
  ) {
    this.#settings = settings;
    this.#isLeft = isLeft;
    this.#events = events;
  }

  /** Tries at once. @param isAnew the way was broken: a connection of before is not one any more, whatever the browser says */
  connect(isAnew = false): void {
    if (this.#isOver) return;
    if (isAnew && this.#socket !== null && Date.now() - this.#openedAt > YOUNG) this.#drop();
    if (this.#socket !== null) return;
    this.#pause = FIRST_PAUSE;
    this.#open();
  }

  /** Idempotent. */
  close(): void {
    this.#isOver = true;
    this.#drop();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #open(): void {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#settings.linkUrl);
    this.#socket = socket;
    this.#openedAt = Date.now();
    this.#timer = setTimeout(() => this.#lose(socket), PATIENCE);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      const { hostId, secret, title } = this.#settings;
      const hello: HostHello = {
        ...{ type: 'host', protocol: HOST_PROTOCOL, hostId, secret, title },
        isLeft: this.#isLeft,
      };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string' && this.#socket === socket) this.#hear(socket, data);
    };
    socket.onclose = () => this.#lose(socket);
  }

  #hear(socket: WebSocket, text: string): void {
    const said = JSON.parse(text) as {
      readonly type: string;
      readonly reason?: string;
      readonly message?: string;
    };
    if (said.type === 'accepted') {
      clearTimeout(this.#timer);
      this.#pause = FIRST_PAUSE;
      this.#events.accepted(socket);
      this.#events.changed({ kind: 'accepted' });
    } else if (said.type === 'refused' && said.reason !== 'not-now') {
      this.close();
      const { reason = '', message = 'The server refused it.' } = said;
      this.#events.changed({ kind: 'refused', reason, message });
    }
  }

  #lose(socket: WebSocket): void {
    if (this.#socket !== socket || this.#isOver) return;
    this.#drop();
    this.#events.changed({ kind: 'lost' });
    // Many pages that lost their server at once must not come back at once.
    this.#timer = setTimeout(() => this.#open(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }
}
