/** Enough that a ping can ride with each batch on a fast line; a slow one answers in its own time. */
const OUTSTANDING_LIMIT = 4;
const PAYLOAD_BYTES = 8;

/**
 * Learns how far a client has received a stream: each ping carries the sequence sent last before it, which the pong
 * echoes (RFC 6455 §5.5.3), and websockets keep order.
 */
export class Receipt {
  readonly #ping: (payload: Buffer) => void;
  #confirmed: number;
  #asked: number;
  #outstanding = 0;

  /** @param received what it is known to have, to begin with */
  constructor(received: number, ping: (payload: Buffer) => void) {
    this.#confirmed = received;
    this.#asked = received;
    this.#ping = ping;
  }

  /** Everything up to this sequence has been received. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Asks for a receipt of what was sent, unless enough are on their way: then the next pong asks on. */
  ask(sent: number): void {
    if (sent > this.#asked && this.#outstanding < OUTSTANDING_LIMIT) this.#send(sent);
  }

  /** Asks even where nothing is new, to hear whether anybody is there. */
  askAgain(sent: number): void {
    this.#send(sent);
  }

  /** @param payload of a pong; one that we never sent is ignored (RFC 6455 allows unasked pongs) */
  ponged(payload: Buffer, sent: number): void {
    if (payload.length !== PAYLOAD_BYTES) return;
    const sequence = payload.readDoubleBE(0);
    if (!(sequence >= this.#confirmed && sequence <= this.#asked)) return;
    this.#confirmed = sequence;
    // A client may leave out all but the latest pong.
    this.#outstanding = sequence === this.#asked ? 0 : Math.max(0, this.#outstanding - 1);
    this.ask(sent);
  }

  #send(sequence: number): void {
    this.#asked = sequence;
    this.#outstanding += 1;
    const payload = Buffer.allocUnsafe(PAYLOAD_BYTES);
    payload.writeDoubleBE(sequence, 0);
    this.#ping(payload);
  }
}
