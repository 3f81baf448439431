import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { keepAlive } from '../websocket-keep-alive.ts';
import type { RoomFrame } from './room-frame.ts';

/** Of a close reason, in the websocket protocol. */
const LONGEST_REASON = 123;

/** More than this unsent, beside the states asked for: the client has stopped reading. */
const MOST_UNSENT = 8 * 1024 * 1024;
/** "Try again later", of the websocket protocol: the client comes again, and gets what it lacks. */
const TRY_AGAIN = 1013;

/** One websocket of a client in a room. */
export interface RoomConnection {
  send(frame: RoomFrame): void;
  /** A frame of any size, which a client asked for. */
  sendState(frame: RoomFrame): void;
  /** A reason that is too long is cut. */
  close(code: number, reason: string): void;
  /** Nothing is read any more until it is called again, with false. */
  pause(isPaused: boolean): void;
}

/**
 * Frames go to the socket below `ws` as they are: made once, not once for each client. `ws` writes at once what it is given
 * (nothing is compressed), so both keep their order.
 * @param socket `ws` has set TCP_NODELAY on it
 */
export function roomConnection(webSocket: WebSocket, socket: Duplex): RoomConnection {
  let isCorked = false;
  let statesUnsent = 0;
  keepAlive(webSocket);
  const isOpen = (): boolean => webSocket.readyState === webSocket.OPEN;
  /** What is sent in one turn goes out together. */
  function uncork(): void {
    isCorked = false;
    socket.uncork();
  }
  function cork(): void {
    if (isCorked) return;
    isCorked = true;
    socket.cork();
    process.nextTick(uncork);
  }
  function close(code: number, reason: string): void {
    webSocket.close(code, cut(reason));
  }
  return {
    send(frame) {
      if (!isOpen()) return;
      if (socket.writableLength - statesUnsent > MOST_UNSENT)
        return close(TRY_AGAIN, 'Too much is not taken by this client');
      cork();
      socket.write(frame);
    },
    sendState(frame) {
      if (!isOpen()) return;
      cork();
      statesUnsent += frame.length;
      socket.write(frame, () => (statesUnsent -= frame.length));
    },
    close,
    pause(isPaused) {
      if (isPaused) webSocket.pause();
      else webSocket.resume();
    },
  };
}

function cut(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= LONGEST_REASON) return reason;
  // Half a character at the end would be no text.
  return bytes.subarray(0, LONGEST_REASON).toString().replace(/�+$/, '');
}
