import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';

const SYNC = 0;
const AWARENESS = 1;
const RAW = 2;
const STEP_2 = 1;

/** A client of jupyter-collaboration's rooms: what its WebSocketProvider says and hears (contract §6.1). */
export class RoomClient {
  readonly doc: Y.Doc;
  readonly awareness: awarenessProtocol.Awareness;
  readonly socket: WebSocket;
  /** What has come, in words: `step1`, `step2`, `update`, `awareness`, or a RAW message's JSON. */
  readonly heard: string[] = [];
  /** Resolves with the first answer to what it lacks. */
  readonly synced: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #saves = 0;
  readonly #listeners = new Set<() => void>();

  /** @param url of the room, with its query */
  constructor(url: string, doc = new Y.Doc(), headers: Readonly<Record<string, string>> = {}) {
    this.doc = doc;
    this.awareness = new awarenessProtocol.Awareness(doc);
    this.awareness.setLocalState(null);
    this.socket = new WebSocket(url, { headers, maxPayload: 2 ** 30 });
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    this.socket.on('error', () => undefined); // told by the close too
    this.socket.on('open', () => this.#send(SYNC, (encoder) => syncProtocol.writeSyncStep1(encoder, doc)));
    this.synced = new Promise((resolve) => {
      this.socket.on('message', (data: Buffer) => {
        if (this.#receive(new Uint8Array(data)) === STEP_2) resolve();
        for (const listener of this.#listeners) listener();
      });
    });
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#send(SYNC, (encoder) => syncProtocol.writeUpdate(encoder, update));
    });
    this.awareness.on(
      'update',
      (changed: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
        if (origin === this) return;
        const clients = [...changed.added, ...changed.updated, ...changed.removed];
        this.#send(AWARENESS, (encoder) =>
          encoding.writeVarUint8Array(
            encoder,
            awarenessProtocol.encodeAwarenessUpdate(this.awareness, clients),
          ),
        );
      },
    );
  }

  /** Resolves with the answer's status. */
  async save(): Promise<string> {
    const saveId = ++this.#saves;
    const { promise, resolve } = Promise.withResolvers<string>();
    const listener = (): void => {
      const reply = this.heard.find((text) => text.includes(`"responseTo":${saveId},`));
      if (reply !== undefined) resolve((JSON.parse(reply) as { status: string }).status);
    };
    this.#listeners.add(listener);
    this.#send(RAW, (encoder) => {
      encoding.writeVarString(encoder, 'save');
      encoding.writeVarUint(encoder, saveId);
    });
    try {
      return await promise;
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** Resolves once something that came has made it true. */
  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = (): void => void (isSo() && resolve());
    this.#listeners.add(listener);
    await promise;
    this.#listeners.delete(listener);
  }

  /** A notebook's cells, by their texts. */
  get sources(): string[] {
    const cells = this.doc.getArray<Y.Map<unknown>>('cells');
    return cells.map((cell) => (cell.get('source') as Y.Text).toJSON());
  }

  /** The text of a notebook's cell. */
  source(index: number): Y.Text {
    return this.doc.getArray<Y.Map<Y.Text>>('cells').get(index).get('source') as Y.Text;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
    this.awareness.destroy();
  }

  /** @returns the second number of a message that synchronizes; null for others */
  #receive(data: Uint8Array): number | null {
    const decoder = decoding.createDecoder(data);
    switch (decoding.readVarUint(decoder)) {
      case SYNC: {
        const answer = encoding.createEncoder();
        encoding.writeVarUint(answer, SYNC);
        const step = syncProtocol.readSyncMessage(decoder, answer, this.doc, this);
        this.heard.push(['step1', 'step2', 'update'][step] ?? 'unknown');
        if (encoding.length(answer) > 1) this.socket.send(encoding.toUint8Array(answer));
        return step;
      }
      case AWARENESS:
        this.heard.push('awareness');
        awarenessProtocol.applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this);
        return null;
      default:
        // Spaces are as the server's JSON library makes them.
        this.heard.push(JSON.stringify(JSON.parse(decoding.readVarString(decoder))));
        return null;
    }
  }

  #send(type: number, write: (encoder: encoding.Encoder) => void): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, type);
    write(encoder);
    this.socket.send(encoding.toUint8Array(encoder));
  }
}
