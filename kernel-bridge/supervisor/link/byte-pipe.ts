import type { Socket } from 'node:net';

/** Bytes to a peer. A socket as both ends of the link see it, and two queues in tests. */
export interface BytePipe {
  /** Bytes that wait in memory because the peer does not take them. */
  readonly waitingBytes: number;
  write(pieces: readonly Buffer[]): void;
  /** Ends it; `closed` follows. What was written still goes out. Idempotent. */
  close(): void;
}

/** What a pipe calls. */
export interface BytePipeEnd {
  receive(chunk: Buffer): void;
  /** Nothing waits any more. */
  drained(): void;
  /** Called once; nothing comes after it. */
  closed(): void;
}

/** A peer that takes nothing for so long after the end is not waited for. In milliseconds. */
const LINGER = 1000;

export function joinSocket(socket: Socket, makeEnd: (pipe: BytePipe) => BytePipeEnd): void {
  const end = makeEnd({
    get waitingBytes() {
      return socket.writableLength;
    },
    write: (pieces) => {
      if (!socket.writable) return;
      socket.cork();
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    },
    close: () => {
      if (socket.destroyed) return;
      socket.end();
      setTimeout(() => socket.destroy(), LINGER).unref();
    },
  });
  socket.on('data', (chunk: Buffer) => end.receive(chunk));
  socket.on('drain', () => end.drained());
  // Why it broke matters to nobody: it is resumed, and `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', () => end.closed());
}
