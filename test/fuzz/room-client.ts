import { once } from 'node:events';
import { YNotebook } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { FuzzClient } from './fuzz-client.ts';
import { tokensIn } from './expected-notebook.ts';
import './quiet-ydoc.ts';

const SYNC = 0;
const RAW = 2;
const SYNC_STEP_2 = 1;
/** What was told may be on its way to the server for so long. */
const ON_ITS_WAY_MS = 5000;

interface Session {
  readonly format: string;
  readonly type: string;
  readonly fileId: string;
  readonly sessionId: string;
}

/**
 * A browser with jupyter-collaboration's client, as its room websocket sees it (contract §6.1): it keeps its document over
 * every break, edits it meanwhile, and comes back with what it has.
 */
export class RoomClient implements FuzzClient {
  readonly model = new YNotebook({ disableDocumentWideUndoRedo: true });
  #socket: WebSocket | null = null;
  /** What it was told when it came first; it must be told the same ever after (I3). */
  #session: Session | null = null;
  #saves = 0;
  /** When a cell was last taken out, or moved, by its id. */
  readonly #removed = new Map<string, number>();
  readonly #heard = new Set<string>();

  constructor(
    readonly name: string,
    readonly path: string,
  ) {
    this.#ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#sendSync((encoder) => sync.writeUpdate(encoder, update));
    });
    this.#ydoc.getArray('cells').observe(({ changes }) => {
      for (const item of changes.deleted) this.#noteRemoved(item);
    });
  }

  get isOnline(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Connects and merges. @throws if the server refuses, or tells of another history than before */
  async connect(server: JupyterServerProcess): Promise<void> {
    const answer = await sendOk(server, {
      method: 'PUT',
      path: `/api/collaboration/session/${encodeURIComponent(this.path)}`,
      body: { format: 'json', type: 'notebook' },
    });
    const session = answer.json<Session & Record<string, unknown>>();
    this.#session ??= session;
    const { fileId, sessionId } = this.#session;
    if (session.fileId !== fileId || session.sessionId !== sessionId)
      throw new Error(`${this.name} was told of another document or history than before (I3)`);
    const room = `${session.format}:${session.type}:${fileId}`;
    const origin = server.origin.replace('http', 'ws');
    const socket = new WebSocket(
      `${origin}${server.base}api/collaboration/room/${room}?sessionId=${sessionId}&token=${server.token}`,
    );
    socket.binaryType = 'arraybuffer';
    const merged = new Promise<void>((resolve, reject) => {
      socket.on('message', (data) => {
        if (this.#hear(new Uint8Array(data as ArrayBuffer)) === SYNC_STEP_2) resolve();
      });
      socket.on('error', reject);
      socket.on('close', (code, reason) =>
        reject(new Error(`${this.name} was closed by ${code} ${reason.toString()}`)),
      );
    });
    merged.catch(() => undefined); // A close after the merge is the end of a connection like any other.
    this.#socket = socket;
    await Promise.race([once(socket, 'open'), merged]);
    this.#sendSync((encoder) => sync.writeSyncStep1(encoder, this.#ydoc));
    await merged;
  }

  /** As a network that is gone: nothing is said any more. */
  disconnect(): void {
    this.#socket?.terminate();
    this.#socket = null;
  }

  /**
   * Whether a line was here a moment ago, and went with a cell that was taken out or moved. Yjs forgets it then, and says
   * nothing of its own about it later than that all of the cell was deleted.
   */
  hasJustLost(token: string, cellId: string): boolean {
    const removed = this.#removed.get(cellId);
    if (removed === undefined || Date.now() - removed > ON_ITS_WAY_MS) return false;
    return token.startsWith(`${this.name}.`) || this.#heard.has(token);
  }

  /** Asks for the file to be written. */
  save(): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, RAW);
      encoding.writeVarString(encoder, 'save');
      encoding.writeVarUint(encoder, ++this.#saves);
    });
  }

  close(): void {
    this.disconnect();
    this.model.dispose();
  }

  get #ydoc(): Y.Doc {
    return this.model.ydoc;
  }

  #noteRemoved({ content }: Y.Item): void {
    const cell: unknown = content instanceof Y.ContentType ? content.type : null;
    const id: unknown = cell instanceof Y.Map ? cell._map.get('id')?.content.getContent().at(-1) : null;
    if (typeof id === 'string') this.#removed.set(id, Date.now());
  }

  /** @returns the type of the sync message; null for any other */
  #hear(bytes: Uint8Array): number | null {
    const decoder = decoding.createDecoder(bytes);
    if (decoding.readVarUint(decoder) !== SYNC) return null;
    for (const token of tokensIn(Buffer.from(bytes).toString('latin1'))) this.#heard.add(token);
    const answer = encoding.createEncoder();
    encoding.writeVarUint(answer, SYNC);
    const type = sync.readSyncMessage(decoder, answer, this.#ydoc, this);
    if (encoding.length(answer) > 1) this.#sendBytes(encoding.toUint8Array(answer));
    return type;
  }

  #sendSync(write: (encoder: encoding.Encoder) => void): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, SYNC);
      write(encoder);
    });
  }

  #send(write: (encoder: encoding.Encoder) => void): void {
    if (!this.isOnline) return;
    const encoder = encoding.createEncoder();
    write(encoder);
    this.#sendBytes(encoding.toUint8Array(encoder));
  }

  #sendBytes(bytes: Uint8Array): void {
    if (this.isOnline) this.#socket?.send(bytes);
  }
}
