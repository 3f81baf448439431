import { YNotebook } from '@jupyter/ydoc';
import { WebSocket } from 'ws';
import { LiveDocuments } from '../../lab-extension/src/documents/live-documents.ts';
import { browserClock } from '../../lab-extension/src/live/live-clock.ts';
import type { LiveDocument } from '../../lab-extension/src/live/live-document.ts';
import { LiveSocket } from '../../lab-extension/src/live/live-socket.ts';
import type { LiveTransport, LiveTransportEvents } from '../../lab-extension/src/live/live-transport.ts';
import { webSocketTransport } from '../../lab-extension/src/live/live-transport.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { FuzzClient } from './fuzz-client.ts';
import './quiet-ydoc.ts';

/** How long all that one has typed may take to be stored, and all that others did to come. */
const PATIENCE = 60_000;

/** A page of ours: the very client of the lab extension, on a socket that can be cut. */
export class LiveClient implements FuzzClient {
  readonly model = new YNotebook({ disableDocumentWideUndoRedo: true });
  readonly #documents: LiveDocuments;
  readonly #document: LiveDocument;
  #server: JupyterServerProcess | null = null;
  #cut = (): void => undefined;
  #lost: string | null = null;

  constructor(
    readonly name: string,
    path: string,
  ) {
    const socket = new LiveSocket(
      (events) => this.#open(events),
      browserClock,
      () => true,
    );
    this.#documents = new LiveDocuments(socket, browserClock);
    this.#document = this.#documents.open(path, { type: 'notebook', format: 'json' }, this.model);
    this.#document.lost.connect((_, reason) => (this.#lost = reason));
  }

  get isOnline(): boolean {
    return this.#documents.connection.isConnected;
  }

  async connect(server: JupyterServerProcess): Promise<void> {
    this.#server = server;
    this.#documents.connection.retry();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const tooLate = setTimeout(() => reject(new Error(`${this.name} is ${this.#stateText()}`)), PATIENCE);
    const look = (): void => {
      if (this.#lost !== null) reject(new Error(`${this.name} has lost its document: ${this.#lost}`));
      else if (['saved', 'unsaved'].includes(this.#document.syncState.kind)) resolve();
    };
    this.#document.syncStateChanged.connect(look);
    this.#document.lost.connect(look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(tooLate);
      this.#document.syncStateChanged.disconnect(look);
      this.#document.lost.disconnect(look);
    }
  }

  disconnect(): void {
    this.#server = null;
    this.#cut();
  }

  /** It keeps what it typed until the server has it. */
  hasJustLost(): boolean {
    return false;
  }

  save(): void {
    this.#document.save().catch(() => {
      // Who asks looks at the file.
    });
  }

  close(): void {
    this.disconnect();
    this.model.dispose();
    this.#documents.connection.close();
    this.#documents.awareness.destroy();
  }

  #open(events: LiveTransportEvents): LiveTransport {
    const server = this.#server;
    if (server === null) {
      queueMicrotask(() => events.closed(''));
      return { send: () => undefined, close: () => undefined };
    }
    const { origin, base, token } = server;
    const url = `${origin.replace('http', 'ws')}${base}api/in-the-loop/v1/live?token=${token}`;
    let isCut = false;
    const end = (reason: string): void => {
      if (isCut) return;
      isCut = true;
      events.closed(reason);
    };
    const sockets: WebSocket[] = [];
    class CuttableSocket extends WebSocket {
      constructor(address: string) {
        super(address);
        sockets.push(this);
        // A close follows, and that is what counts.
        this.on('error', () => undefined);
      }
    }
    const transport = webSocketTransport(() => url, CuttableSocket as never)({ ...events, closed: end });
    this.#cut = () => {
      for (const socket of sockets) socket.terminate();
      transport.close();
      end('');
    };
    return transport;
  }

  #stateText(): string {
    return JSON.stringify(this.#document.syncState);
  }
}
