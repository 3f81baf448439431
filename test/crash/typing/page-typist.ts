import { setTimeout as sleep } from 'node:timers/promises';
import type { JupyterServerProcess } from '../../servers/jupyter-server-process.ts';
import { LiveClient } from '../../fuzz/live-client.ts';
import type { Typist } from './typist.ts';
import { letterAt, LINES } from './typist.ts';

/** One at a page without a browser around it: our own client, and the shared notebook. */
export class PageTypist implements Typist {
  typed = '';
  readonly #client: LiveClient;
  readonly #line: string;
  readonly #pace: number;
  readonly #server: () => JupyterServerProcess;
  #typing: Promise<void> | null = null;
  #isStopped = false;

  /** @param server where it is now */
  constructor(
    private readonly who: 0 | 1,
    path: string,
    { pace, server }: { readonly pace: number; readonly server: () => JupyterServerProcess },
  ) {
    this.#line = LINES[who];
    this.#pace = pace;
    this.#server = server;
    this.#client = new LiveClient(this.#line, path);
  }

  open(): Promise<void> {
    return this.#client.connect(this.#server());
  }

  begin(): void {
    this.#isStopped = false;
    this.#typing = this.#type();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#typing;
  }

  lines(): Promise<readonly string[]> {
    return Promise.resolve(this.shown());
  }

  shown(): readonly string[] {
    return this.#client.model.cells.flatMap((cell) => cell.getSource().split('\n'));
  }

  cutOff(): void {
    this.#client.disconnect();
  }

  reconnect(): void {
    this.#client.connect(this.#server()).catch(() => {
      // The server may be killed in the middle of it; in the end it is connected to again.
    });
  }

  save(): void {
    this.#client.save();
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }

  async #type(): Promise<void> {
    while (!this.#isStopped) {
      const letter = letterAt(this.typed.length);
      for (const cell of this.#client.model.cells) {
        const source = cell.getSource();
        const start = source.indexOf(this.#line);
        if (start < 0) continue;
        const end = source.indexOf('\n', start);
        const position = end < 0 ? source.length : end;
        this.typed += letter;
        cell.updateSource(position, position, letter);
      }
      await sleep(this.#pace);
    }
  }
}
