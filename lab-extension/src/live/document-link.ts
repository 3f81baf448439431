import type { DownMessage } from '../../../server/wire/down.ts';
import type { LiveFrame } from '../../../server/wire/live-frame.ts';
import type { OpenMessage } from '../../../server/wire/open.ts';
import type { LiveClock } from './live-clock.ts';
import type { LiveSocket } from './live-socket.ts';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** What the server says of one document. */
export type DocumentMessage = Extract<DownMessage, { readonly handle: number }>;

/** The page's part in a document on one connection. */
export interface Joined {
  readonly handle: number;
  /** The server has all that was here when it asked; changes go to it one by one now. */
  hasAnswered: boolean;
  /** All that the server had is here. */
  hasFetched: boolean;
}

type State =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked'; readonly handle: number }
  /** `waiting`: what came while the page's own storage was still being read. */
  | { readonly kind: 'joined'; readonly joined: Joined; waiting: LiveFrame[] | null };

interface Dependencies {
  readonly socket: LiveSocket;
  readonly clock: LiveClock;
  /** A number that no other document of this page has or had. */
  newHandle(): number;
  request(): Pick<OpenMessage, 'path' | 'kind' | 'known'>;
  /** Of `opened` once `joined` is set. */
  onMessage(message: DocumentMessage): void;
  onFrame(frame: LiveFrame, joined: Joined): void;
}

/** One document's part in the page's socket: asked for, joined, lost, and asked for again. */
export class DocumentLink {
  readonly #deps: Dependencies;
  #state: State = { kind: 'none' };
  #pause = FIRST_PAUSE;
  #cancelTimer = (): void => undefined;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    deps.socket.message.connect(this.#onMessage, this);
    deps.socket.frame.connect(this.#onFrame, this);
  }

  get joined(): Joined | null {
    return this.#state.kind === 'joined' ? this.#state.joined : null;
  }

  ask(): void {
    this.#cancelTimer();
    const handle = this.#deps.newHandle();
    this.#state = { kind: 'asked', handle };
    this.#deps.socket.send({ type: 'open', handle, ...this.#deps.request() });
  }

  /** The connection came while nobody could ask. */
  askIfDue(): void {
    if (this.#state.kind === 'none' && this.#deps.socket.isConnected) this.ask();
  }

  /** With growing pauses, until all that the server has was fetched. */
  askLater(): void {
    this.wait(this.#pause, () => {
      if (this.#deps.socket.isConnected) this.ask();
    });
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  /** Does something else unless it asks before. */
  wait(milliseconds: number, call: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#deps.clock.after(milliseconds, call);
  }

  /** Frames are passed on from now on, those first that came since `opened`. */
  listen(): void {
    const state = this.#state;
    if (state.kind !== 'joined' || state.waiting === null) return;
    const { waiting, joined } = state;
    state.waiting = null;
    for (const frame of waiting) this.#deps.onFrame(frame, joined);
  }

  send(kind: LiveFrame['kind'], payload: Uint8Array): void {
    if (this.#state.kind === 'joined')
      this.#deps.socket.sendFrame({ handle: this.#state.joined.handle, kind, payload });
  }

  fetched(joined: Joined): void {
    joined.hasFetched = true;
    this.#pause = FIRST_PAUSE;
  }

  lost(): void {
    this.#state = { kind: 'none' };
  }

  /** The page takes no part any more. */
  close(): void {
    this.#cancelTimer();
    const { socket } = this.#deps;
    if (this.#state.kind === 'asked') socket.send({ type: 'close', handle: this.#state.handle });
    else if (this.#state.kind === 'joined') socket.send({ type: 'close', handle: this.#state.joined.handle });
    this.lost();
    socket.message.disconnect(this.#onMessage, this);
    socket.frame.disconnect(this.#onFrame, this);
  }

  #onMessage(_: LiveSocket, message: DownMessage): void {
    const state = this.#state;
    if (state.kind === 'none' || !('handle' in message)) return;
    const { handle } = state.kind === 'asked' ? state : state.joined;
    if (message.handle !== handle) return;
    if (message.type === 'opened') {
      const joined = { handle, hasAnswered: false, hasFetched: false };
      this.#state = { kind: 'joined', joined, waiting: [] };
    } else if (message.type === 'refused' || message.type === 'ended') this.lost();
    this.#deps.onMessage(message);
  }

  #onFrame(_: LiveSocket, frame: LiveFrame): void {
    const state = this.#state;
    if (state.kind !== 'joined' || frame.handle !== state.joined.handle) return;
    if (state.waiting !== null) state.waiting.push(frame);
    else this.#deps.onFrame(frame, state.joined);
  }
}
