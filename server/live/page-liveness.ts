import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

const LOOK_EVERY = 10_000;
const SILENT_FOR = 25_000;

/**
 * Ends the socket of a page that is gone, soon enough that nobody sees its cursors 30 s later. Browsers answer pings
 * even where the page is frozen or busy. A long message on a slow network holds up pings and their answers, so one that
 * is on its way, in either direction, counts as life, too.
 * @param look called every 10 s, first after 10 s
 */
export function watchLiveness(webSocket: WebSocket, socket: Duplex, look: () => void): void {
  let heard = Date.now();
  let looked = heard;
  let unsent = 0;
  let read = readBytes(socket);
  const timer = setInterval(() => {
    const now = Date.now();
    // One that is read no further for now ([L10]) cannot be heard.
    const isMoving = webSocket.isPaused || readBytes(socket) > read || webSocket.bufferedAmount < unsent;
    // A server that slept or was too busy has heard nothing either.
    if (isMoving || now - looked > 2 * LOOK_EVERY) heard = now;
    looked = now;
    if (now - heard > SILENT_FOR) return webSocket.terminate();
    look();
    webSocket.ping();
    unsent = webSocket.bufferedAmount;
    read = readBytes(socket);
  }, LOOK_EVERY);
  timer.unref();
  webSocket.on('pong', () => (heard = Date.now()));
  webSocket.once('close', () => clearInterval(timer));
}

function readBytes(socket: Duplex): number {
  return 'bytesRead' in socket ? Number(socket.bytesRead) : 0;
}
