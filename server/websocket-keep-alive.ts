import type { WebSocket } from 'ws';

/** Jupyter's (contract §3.9): proxies cut silent connections, and a vanished client must not be kept for ever. */
const PING_EVERY = 30_000;
const SILENT_FOR = 90_000;

/** Pings a websocket for as long as it is open, and ends it when its client has not answered for 90 s. */
export function keepAlive(socket: WebSocket): void {
  let heard = Date.now();
  let pinged = heard;
  const timer = setInterval(() => {
    // A machine that slept has heard nothing either: only silence after a ping of late counts.
    const wasPingedLately = Date.now() - pinged < 2 * PING_EVERY;
    if (wasPingedLately && Date.now() - heard > SILENT_FOR) return socket.terminate();
    pinged = Date.now();
    socket.ping();
  }, PING_EVERY);
  timer.unref();
  socket.on('pong', () => (heard = Date.now()));
  socket.once('close', () => clearInterval(timer));
}
