import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { WebsocketFrame } from '../../kernel-bridge/protocol/websocket-frame.ts';

/** What the other end does. */
export interface ConnectionEvents {
  message(data: Buffer, binary: boolean): void;
  pong(payload: Buffer): void;
  /** All that was sent has been handed to the network. */
  drained(): void;
  /** Called once, last. */
  closed(): void;
}

/** One websocket, as far as a kernel socket uses it. */
export interface ClientConnection {
  readonly isOpen: boolean;
  /** Bytes that the network has not taken yet. */
  readonly bufferedBytes: number;
  listen(events: ConnectionEvents): void;
  send(frame: WebsocketFrame): void;
  ping(payload: Buffer): void;
  /** What is sent within goes out together. */
  together(sendAll: () => void): void;
  /** Without a code the client sees 1005. */
  close(code?: number, reason?: string): void;
  /** Without a word; the client sees 1006. */
  terminate(): void;
}

/** Takes the socket below along, which alone knows of corks and drains. `ws` has set TCP_NODELAY on it. */
export function clientConnection(websocket: WebSocket, socket: Duplex): ClientConnection {
  return {
    get isOpen() {
      return websocket.readyState === websocket.OPEN;
    },
    get bufferedBytes() {
      return websocket.bufferedAmount;
    },
    listen(events) {
      websocket.on('message', (data, binary) => events.message(data as Buffer, binary));
      websocket.on('pong', (payload) => events.pong(payload));
      socket.on('drain', () => events.drained());
      websocket.once('close', () => events.closed());
      // Told of by `close` too: a broken frame, or a connection that broke.
      websocket.on('error', () => undefined);
    },
    send: ({ data, binary }) => websocket.send(data, { binary }),
    ping: (payload) => websocket.ping(payload),
    together(sendAll) {
      socket.cork();
      sendAll();
      socket.uncork();
    },
    close: (code, reason) => websocket.close(code, reason),
    terminate: () => websocket.terminate(),
  };
}
