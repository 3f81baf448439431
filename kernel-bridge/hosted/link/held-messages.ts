import type { HostedMessage } from '../hosted-message.ts';
import { HostedError } from './hosted-error.ts';

export interface HeldMessage {
  readonly message: HostedMessage;
  readonly messageId: string;
}

const COUNT_LIMIT = 10_000;
/** In characters and bytes. */
const SIZE_LIMIT = 64 * 1024 * 1024;

/** What is sent while a kernel has no process that answers, in order. */
export class HeldMessages {
  #held: HeldMessage[] = [];
  #size = 0;

  get ids(): readonly string[] {
    return this.#held.map(({ messageId }) => messageId);
  }

  /** @throws HostedError KERNEL_OVERLOADED */
  add(held: HeldMessage): void {
    const size = sizeOf(held.message);
    if (this.#held.length >= COUNT_LIMIT || this.#size + size > SIZE_LIMIT)
      throw new HostedError('KERNEL_OVERLOADED', 'the kernel is not there yet, and too much waits for it');
    this.#held.push(held);
    this.#size += size;
  }

  take(): readonly HeldMessage[] {
    this.#size = 0;
    return this.#held.splice(0);
  }
}

function sizeOf({ header, parentHeader, metadata, content, buffers }: HostedMessage): number {
  const texts = header.length + parentHeader.length + metadata.length + content.length;
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, texts);
}
