import { PromiseDelegate } from '@lumino/coreutils';

/** What the page has asked the server to write into the file, and was not answered yet. */
export class SaveRequests {
  readonly #open = new Map<number, PromiseDelegate<void>>();
  #next = 0;

  /** @param send passes the request's number on */
  ask(send: (request: number) => void): Promise<void> {
    const request = this.#next++;
    const saved = new PromiseDelegate<void>();
    this.#open.set(request, saved);
    send(request);
    return saved.promise;
  }

  /** @param error why it was not written; undefined: it was */
  answered(request: number, error: string | undefined): void {
    const saved = this.#open.get(request);
    this.#open.delete(request);
    if (error === undefined) saved?.resolve();
    else saved?.reject(new Error(error));
  }

  /** Nobody will answer any more. */
  lost(): void {
    for (const saved of this.#open.values()) saved.reject(new Error('The connection was lost.'));
    this.#open.clear();
  }
}
