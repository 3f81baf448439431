const INTERVAL = 30_000;
const PATIENCE = 90_000;

/**
 * Pings every 30 s, and gives up who has not answered for 90 s (contract §3.9). A client whose connection is slow but
 * takes bytes is there, though its pong is far behind them. The clock counts only while this machine runs: one that
 * slept, or was set to another time, has heard nothing for a reason.
 */
export class KeepAlive {
  readonly #timer: NodeJS.Timeout;
  #heardAt = performance.now();
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
      if (performance.now() - this.#heardAt > PATIENCE) connection.giveUp();
      else connection.ping();
    }, INTERVAL);
    this.#timer.unref();
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
