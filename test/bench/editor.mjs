import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';

const SYNC = 0;

/** Somebody with a document open in a room of jupyter-collaboration's protocol, or of the relay. */
export class Editor {
  doc = new Y.Doc();
  #socket;

  /** @param start content to begin with, for a room that has none */
  constructor(url, start = null) {
    if (start !== null) Y.applyUpdate(this.doc, start);
    this.#socket = new WebSocket(url, { maxPayload: 2 ** 30, perMessageDeflate: false });
    this.doc.on('update', (update, from) => {
      if (from !== this) this.#send((encoder) => sync.writeUpdate(encoder, update));
    });
    this.closed = new Promise((resolve) => this.#socket.on('close', resolve));
  }

  /** Resolves once it has what the room has. */
  async open() {
    const synced = new Promise((resolve, reject) => {
      this.#socket.on('error', reject);
      this.#socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
      this.#socket.on('message', (data) => {
        if (this.#receive(new Uint8Array(data)) === sync.messageYjsSyncStep2) resolve();
      });
    });
    await new Promise((resolve) => this.#socket.once('open', resolve));
    this.#send((encoder) => sync.writeSyncStep1(encoder, this.doc));
    await synced;
    return this;
  }

  text(index) {
    return this.doc.getArray('cells').get(index).get('source');
  }

  close() {
    this.#socket.close();
    return this.closed;
  }

  #receive(data) {
    const decoder = decoding.createDecoder(data);
    if (decoding.readVarUint(decoder) !== SYNC) return null;
    const answer = encoding.createEncoder();
    encoding.writeVarUint(answer, SYNC);
    const step = sync.readSyncMessage(decoder, answer, this.doc, this);
    if (encoding.length(answer) > 1) this.#socket.send(encoding.toUint8Array(answer));
    return step;
  }

  #send(write) {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    write(encoder);
    this.#socket.send(encoding.toUint8Array(encoder));
  }
}
