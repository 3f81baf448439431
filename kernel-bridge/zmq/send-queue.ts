import type { MessageLike } from 'zeromq';
import { KernelError } from '../kernel.ts';

/** What may wait in our memory for one socket whose own queue is full. */
const LIMIT_IN_BYTES = 256 * 1024 * 1024;

interface SendingSocket {
  readonly closed: boolean;
  send(parts: MessageLike[]): Promise<void>;
}
type Parts = readonly (Uint8Array | string)[];

/** Sends in order on a ZeroMQ socket that takes one message at a time: a second `send` would fail with EBUSY. */
export class SendQueue {
  readonly #socket: SendingSocket;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Parts[] = [];
  #waitingBytes = 0;
  #sending = false;
  #onEmpty: (() => void) | null = null;

  constructor(socket: SendingSocket, onFailure: (error: unknown) => void) {
    this.#socket = socket;
    this.#onFailure = onFailure;
  }

  /** @throws KernelError KERNEL_OVERLOADED */
  send(parts: Parts): void {
    if (!this.#sending) {
      void this.#run(parts);
      return;
    }
    const size = sizeOf(parts);
    if (this.#waitingBytes + size > LIMIT_IN_BYTES)
      throw new KernelError('KERNEL_OVERLOADED', 'the kernel does not take in what it is sent');
    this.#waiting.push(parts);
    this.#waitingBytes += size;
  }

  /** Resolves when all that was sent so far is with the socket, or the socket is closed. */
  async empty(): Promise<void> {
    if (this.#sending) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  async #run(first: Parts): Promise<void> {
    this.#sending = true;
    this.#waitingBytes += sizeOf(first);
    let batch: Parts[] = [first];
    while (batch.length > 0) {
      for (const parts of batch) {
        try {
          await this.#socket.send(parts as MessageLike[]);
        } catch (error) {
          // Sending ends with the socket; what waits for a kernel that is gone has nobody to take it.
          if (this.#socket.closed) return this.#onEmpty?.();
          this.#onFailure(error);
        }
        this.#waitingBytes -= sizeOf(parts);
      }
      batch = this.#waiting;
      this.#waiting = [];
    }
    this.#sending = false;
    this.#onEmpty?.();
  }
}

function sizeOf(parts: Parts): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
