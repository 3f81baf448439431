const INTERVAL = 30_000;
const PATIENCE = 90_000;

/**
 * Pings every 30 s, and gives up who has not answered for 90 s (contract §3.9). A client whose connection is slow but
 * takes bytes is there, though its pong is far behind them.
 */
export class KeepAlive {
  readonly #timer: NodeJS.Timeout;
  #heardAt = Date.now();
  #buffered = 0;

  constructor(connection: {
    readonly bufferedBytes: () => number;
    readonly ping: () => void;
    readonly giveUp: () => void;
  }) {
    this.#timer = setInterval(() => {
      const buffered = connection.bufferedBytes();
      if (buffered < this.#buffered) this.heard();
      this.#buffered = buffered;
      if (Date.now() - this.#heardAt > PATIENCE) connection.giveUp();
      else connection.ping();
    }, INTERVAL);
    this.#timer.unref();
  }

  heard(): void {
    this.#heardAt = Date.now();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
