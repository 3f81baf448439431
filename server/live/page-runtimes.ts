import type { PageConnection } from './page-connection.ts';

/** What becomes of places and kernels. */
export interface RuntimeNews {
  /** Told whenever something is otherwise than before, but not too often. @returns what ends it */
  watch(listener: () => void): () => void;
}

/** Whether one page watches places and kernels. It is told that they changed, and asks for them by REST. */
export class PageRuntimes {
  readonly #news: RuntimeNews;
  readonly #connection: PageConnection;
  #end: (() => void) | null = null;

  constructor(news: RuntimeNews, connection: PageConnection) {
    this.#news = news;
    this.#connection = connection;
  }

  watch(): void {
    this.#end ??= this.#news.watch(() => this.#tell());
    this.#tell();
  }

  /** Idempotent. */
  unwatch(): void {
    this.#end?.();
    this.#end = null;
  }

  #tell(): void {
    this.#connection.send({ type: 'runtimes-changed' });
  }
}
