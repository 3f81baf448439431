import { KernelError } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';

export interface NumberedMessage {
  readonly number: number;
  readonly message: KernelMessage;
}

/** More than a person's client sends while a supervisor is replaced. */
const COUNT_LIMIT = 10_000;
const BYTES_LIMIT = 128 * 1024 * 1024;

/** What was sent to a kernel and may not have been handed to it yet, in order; after a break it is sent again. */
export class UnsentMessages {
  #messages: NumberedMessage[] = [];
  #bytes = 0;
  #number = 0;

  /** @throws KernelError KERNEL_OVERLOADED */
  add(message: KernelMessage): NumberedMessage {
    const bytes = sizeOf(message);
    if (this.#messages.length >= COUNT_LIMIT || this.#bytes + bytes > BYTES_LIMIT)
      throw new KernelError('KERNEL_OVERLOADED', 'too much waits to be handed to the kernel');
    const numbered = { number: ++this.#number, message };
    this.#messages.push(numbered);
    this.#bytes += bytes;
    return numbered;
  }

  /** All up to a number is settled. @returns the one of that number, if it was not settled before */
  settle(number: number): KernelMessage | null {
    let last: NumberedMessage | undefined;
    while ((this.#messages[0]?.number ?? Infinity) <= number) {
      last = this.#messages.shift();
      if (last !== undefined) this.#bytes -= sizeOf(last.message);
    }
    return last?.number === number ? last.message : null;
  }

  [Symbol.iterator](): IterableIterator<NumberedMessage> {
    return this.#messages.values();
  }
}

function sizeOf({ frames }: KernelMessage): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
