import WebSocket from 'ws';
import type { JupyterServerProcess } from './jupyter-server-process.ts';

/** A websocket of JSON text frames: terminals and events. */
export class TextSocket {
  readonly received: unknown[] = [];
  readonly closed: Promise<number>;
  readonly #listeners = new Set<() => void>();

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()));
      for (const listener of this.#listeners) listener();
    });
    this.closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
  }

  static async open(
    server: JupyterServerProcess,
    path: string,
    headers: Record<string, string> = { authorization: `token ${server.token}` },
  ): Promise<TextSocket> {
    const socket = new WebSocket(server.origin.replace('http', 'ws') + server.base.slice(0, -1) + path, {
      headers,
    });
    const opened = new TextSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return opened;
  }

  send(value: unknown): void {
    this.socket.send(JSON.stringify(value));
  }

  until(holds: () => boolean, what: string, limit = 20_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const timer = setTimeout(
        () => finish(new Error(`no ${what}; received: ${JSON.stringify(this.received).slice(-2_000)}`)),
        limit,
      );
      const look = (): void => {
        if (holds()) finish();
      };
      this.#listeners.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
