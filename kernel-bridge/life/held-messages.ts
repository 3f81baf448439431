import { KernelError } from '../kernel.ts';
import type { Fields } from '../hosted/codec/fields.ts';
import type { Channel, KernelMessage, MessageHeader } from '../protocol/message.ts';

/** More than a person's client sends while a kernel restarts. */
const COUNT_LIMIT = 10_000;
/** Half of what one socket's queue takes: they go into it afterwards, and must not be too much for it. */
const BYTES_LIMIT = 128 * 1024 * 1024;

/** A message that waits, as it is kept on disk. */
export interface KeptMessage {
  readonly channel: Channel;
  readonly header: MessageHeader;
  /** Base64. */
  readonly frames: readonly string[];
}

/** @throws MalformedError */
export function readKeptMessage(fields: Fields): KeptMessage {
  const header = fields.fields('header');
  return {
    channel: fields.oneOf('channel', ['shell', 'control', 'stdin']),
    header: {
      msg_id: header.text('msg_id'),
      msg_type: header.text('msg_type'),
      session: header.text('session'),
    },
    frames: fields.texts('frames'),
  };
}

/** What is sent while a kernel has no process that answers, in order. */
export class HeldMessages {
  readonly #messages: KernelMessage[] = [];
  #bytes = 0;

  /** What an earlier holder of the kernel had kept; only ever sent, so its parent does not matter. */
  static parse(kept: readonly KeptMessage[]): HeldMessages {
    const held = new HeldMessages();
    for (const { channel, header, frames } of kept) {
      const bytes = frames.map((frame) => Buffer.from(frame, 'base64'));
      held.add({ channel, header, parentHeader: null, frames: bytes });
    }
    return held;
  }

  serialize(): KeptMessage[] {
    return this.#messages.map(({ channel, header: { msg_id, msg_type, session }, frames }) => ({
      channel,
      header: { msg_id, msg_type, session },
      frames: frames.map((frame) => Buffer.from(frame).toString('base64')),
    }));
  }

  /** @throws KernelError KERNEL_OVERLOADED; KERNEL_MESSAGE_INVALID for what no kernel could be sent */
  add(message: KernelMessage): void {
    if (message.channel === 'iopub' || message.frames.length < 4)
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'it is on iopub, or has fewer than four JSON frames');
    const bytes = message.frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    if (this.#messages.length >= COUNT_LIMIT || this.#bytes + bytes > BYTES_LIMIT)
      throw new KernelError('KERNEL_OVERLOADED', 'the kernel is not back yet, and too much waits for it');
    this.#messages.push(message);
    this.#bytes += bytes;
  }

  [Symbol.iterator](): IterableIterator<KernelMessage> {
    return this.#messages.values();
  }
}

/** What the death of a process tells of what waits for the next. */
export function idsOf(held: Iterable<KernelMessage>): ReadonlySet<string> {
  return new Set([...held].map(({ header }) => header.msg_id));
}
