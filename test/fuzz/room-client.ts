import { once } from 'node:events';
import { YNotebook } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as sync from 'y-protocols/sync';
import type * as Y from 'yjs';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';

const SYNC = 0;
const RAW = 2;
const SYNC_STEP_2 = 1;

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
export class RoomClient {
  readonly model = new YNotebook();
  #socket: WebSocket | null = null;
  /** What it was told when it came first; it must be told the same ever after (I3). */
  #session: Session | null = null;
  #saves = 0;

  constructor(
    readonly name: string,
    readonly path: string,
  ) {
    this.#ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#sendSync((encoder) => sync.writeUpdate(encoder, update));
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

  /** @returns the type of the sync message; null for any other */
  #hear(bytes: Uint8Array): number | null {
    const decoder = decoding.createDecoder(bytes);
    if (decoding.readVarUint(decoder) !== SYNC) return null;
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
