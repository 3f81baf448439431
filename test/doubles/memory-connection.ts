import type { ClientConnection, ConnectionEvents } from '../../server/kernels/client-connection.ts';
import type { WebsocketFrame } from '../../kernel-bridge/protocol/websocket-frame.ts';

/** A kernel websocket without a network; the client at its other end is the test. */
export class MemoryConnection implements ClientConnection {
  /** Frames that were sent to the client, in order. */
  readonly frames: WebsocketFrame[] = [];
  /** Sequences of pings not yet answered, as they came. */
  readonly pings: Buffer[] = [];
  /** A client answers pings as they come, unless it is to be slow or gone. */
  answersPings = true;
  bufferedBytes = 0;
  closeCode: number | null | undefined;
  closeReason = '';
  #events: ConnectionEvents | null = null;
  #open = true;
  #ended = false;

  get isOpen(): boolean {
    return this.#open;
  }

  listen(events: ConnectionEvents): void {
    this.#events = events;
  }

  send(frame: WebsocketFrame): void {
    if (!this.#open) throw new Error('sent on a closed websocket');
    this.frames.push(frame);
    this.onSent(frame);
  }

  /** A test that wants to fill the buffer hooks in here. */
  onSent: (frame: WebsocketFrame) => void = () => undefined;

  ping(payload: Buffer): void {
    this.pings.push(Buffer.from(payload));
    if (this.answersPings) queueMicrotask(() => this.pong());
  }

  /** Answers the ping that came first. */
  pong(): void {
    const payload = this.pings.shift();
    if (payload !== undefined && this.#open) this.#events?.pong(payload);
  }

  together(sendAll: () => void): void {
    sendAll();
  }

  close(code?: number, reason = ''): void {
    if (!this.#open) return;
    this.closeCode = code ?? null;
    this.closeReason = reason;
    this.#end();
  }

  terminate(): void {
    if (this.#open) this.closeCode = 1006;
    this.#end();
  }

  /** The network breaks, or the client goes. */
  breakOff(): void {
    this.#end();
  }

  /** The client sends. */
  receive(data: Buffer | string, binary = typeof data !== 'string'): void {
    this.#events?.message(Buffer.from(data), binary);
  }

  /** The network has taken all that was sent. */
  drain(): void {
    this.bufferedBytes = 0;
    this.#events?.drained();
  }

  #end(): void {
    this.#open = false;
    if (this.#ended) return;
    this.#ended = true;
    this.#events?.closed();
  }
}
