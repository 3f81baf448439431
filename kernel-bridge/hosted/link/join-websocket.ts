import type { BytePipe, BytePipeEnd } from './byte-pipe.ts';

/** What is used of a browser's WebSocket. */
export interface LinkWebSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

const OPEN = 1;
/** The server takes no longer messages (kernel-bridge/agent/link-socket.ts). */
const PIECE = 256 * 1024;
/** A browser does not tell when what was sent has gone out: it is asked while much waits. In milliseconds. */
const LOOK_EVERY = 50;
const LITTLE = 64 * 1024;

/**
 * Joins a websocket whose server has said `accepted` to an end of the link: `joinWebSocket(socket, (pipe) => host.join(pipe))`,
 * in the turn in which that text was heard, so that no bytes are missed. Its text messages are left to others.
 */
export function joinWebSocket(socket: LinkWebSocket, makeEnd: (pipe: BytePipe) => BytePipeEnd): void {
  socket.binaryType = 'arraybuffer';
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = (): void => {
    if (socket.bufferedAmount > LITTLE) return;
    clearInterval(timer);
    timer = undefined;
    if (socket.readyState === OPEN) end.drained();
  };
  const end = makeEnd({
    get waitingBytes() {
      return socket.bufferedAmount;
    },
    write: (pieces) => {
      if (socket.readyState !== OPEN) return;
      for (const piece of pieces)
        for (let at = 0; at < piece.byteLength; at += PIECE) socket.send(piece.subarray(at, at + PIECE));
      if (socket.bufferedAmount > LITTLE) timer ??= setInterval(look, LOOK_EVERY);
    },
    close: () => socket.close(),
  });
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) end.receive(new Uint8Array(data));
  });
  socket.addEventListener('close', () => {
    clearInterval(timer);
    end.closed();
  });
}
