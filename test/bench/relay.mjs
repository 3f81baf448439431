// The floor of the case `collab`, in a process of its own: what one says in a room is told to the others, kept in memory
// and nowhere else. Prints its port.
import { createServer } from 'node:http';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocketServer } from 'ws';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';

const SYNC = 0;
const message = (write) => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  write(encoder);
  return encoding.toUint8Array(encoder);
};

class Room {
  #doc = new Y.Doc();
  #sockets = new Set();

  constructor() {
    this.#doc.on('update', (update, from) => {
      const told = message((encoder) => sync.writeUpdate(encoder, update));
      for (const socket of this.#sockets) if (socket !== from) socket.send(told);
    });
  }

  enter(socket) {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data) => {
      const decoder = decoding.createDecoder(new Uint8Array(data));
      if (decoding.readVarUint(decoder) !== SYNC) return;
      const answer = message((encoder) => sync.readSyncMessage(decoder, encoder, this.#doc, socket));
      if (answer.length > 1) socket.send(answer);
    });
    socket.send(message((encoder) => sync.writeSyncStep1(encoder, this.#doc)));
  }
}

const rooms = new Map();
const http = createServer();
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket, { url }) => {
  if (!rooms.has(url)) rooms.set(url, new Room());
  rooms.get(url).enter(socket);
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
