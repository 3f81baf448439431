import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Bytes to a peer. A socket as both ends of the link see it, and two queues in tests. */
export interface BytePipe {
  /** Bytes that wait in memory because the peer does not take them. */
  readonly waitingBytes: number;
  write(pieces: readonly Buffer[]): void;
  /** Reads no more of the peer's bytes until `resume`, so that it has to wait. */
  pause(): void;
  resume(): void;
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

/** Joins an end to a pipe that is there. */
export type JoinPipe = (makeEnd: (pipe: BytePipe) => BytePipeEnd) => void;

/** A peer that takes nothing for so long after the end is not waited for. In milliseconds. */
const LINGER = 1000;

export function joinSocket(socket: Socket, makeEnd: (pipe: BytePipe) => BytePipeEnd): void {
  joinStreams(socket, socket, makeEnd);
}

/** Joins what a process reads and writes, its standard input and output for one: what ends first ends both. */
export function joinStreams(from: Readable, to: Writable, makeEnd: (pipe: BytePipe) => BytePipeEnd): void {
  let isClosed = false;
  const end = makeEnd({
    get waitingBytes() {
      return to.writableLength;
    },
    write: (pieces) => {
      if (!to.writable) return;
      to.cork();
      for (const piece of pieces) to.write(piece);
      to.uncork();
    },
    pause: () => from.pause(),
    resume: () => from.resume(),
    close: () => {
      if (to.destroyed) return;
      to.end();
      setTimeout(() => to.destroy(), LINGER).unref();
    },
  });
  from.on('data', (chunk: Buffer) => end.receive(chunk));
  from.on('end', () => to.end());
  to.on('drain', () => end.drained());
  for (const stream of new Set<Readable | Writable>([from, to])) {
    // Why it broke matters to nobody: it is resumed, and `close` follows.
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (isClosed) return;
      isClosed = true;
      from.destroy();
      to.destroy();
      end.closed();
    });
  }
}
