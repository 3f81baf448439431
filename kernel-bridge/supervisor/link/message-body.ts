import { parseMessageHeader } from '../../protocol/message-header.ts';
import type { Channel, KernelMessage, MessageHeader } from '../../protocol/message.ts';
import { MalformedError } from '../../protocol/malformed-error.ts';

/** KernelMessage <-> `u8 channel, u32 count of frames, u32 length of each, the frames`. */
const CHANNELS: readonly Channel[] = ['shell', 'control', 'stdin', 'iopub'];
const FIXED_BYTES = 5;

export function messageBodyBytes({ frames }: KernelMessage): number {
  return frames.reduce((sum, frame) => sum + 4 + frame.byteLength, FIXED_BYTES);
}

/** @returns the offset behind what it wrote */
export function writeMessageBody(message: KernelMessage, target: Buffer, at: number): number {
  target[at] = CHANNELS.indexOf(message.channel);
  target.writeUInt32BE(message.frames.length, at + 1);
  let lengths = at + FIXED_BYTES;
  let body = lengths + 4 * message.frames.length;
  for (const frame of message.frames) {
    lengths = target.writeUInt32BE(frame.byteLength, lengths);
    target.set(frame, body);
    body += frame.byteLength;
  }
  return body;
}

/** Reads messages; their frames are views of the bytes given. */
export class MessageBodyReader {
  /** A flood of output answers one request: its parent_header need not be parsed for every message. */
  #lastParent: { readonly frame: Buffer; readonly header: MessageHeader | null } | null = null;

  /** @throws MalformedError for what is not whole; KernelError KERNEL_MESSAGE_INVALID for a header that is no JSON */
  read(body: Buffer): KernelMessage {
    const channel = CHANNELS[body[0] ?? -1];
    if (channel === undefined || body.byteLength < FIXED_BYTES)
      throw new MalformedError('a message is on a channel that there is not');
    const frames = framesOf(body);
    const [headerFrame, parentFrame] = frames;
    const header = headerFrame && parseMessageHeader(headerFrame);
    if (!header || !parentFrame) throw new MalformedError('a message has no header');
    return { channel, header, parentHeader: this.#parseParent(parentFrame), frames };
  }

  #parseParent(frame: Buffer): MessageHeader | null {
    // A copy, because a view would keep all that it was read with.
    if (this.#lastParent === null || !this.#lastParent.frame.equals(frame))
      this.#lastParent = { frame: Buffer.from(frame), header: parseMessageHeader(frame) };
    return this.#lastParent.header;
  }
}

function framesOf(body: Buffer): Buffer[] {
  const count = body.readUInt32BE(1);
  let at = FIXED_BYTES + 4 * count;
  if (at > body.byteLength) throw new MalformedError(`a message says that it has ${count} frames`);
  const frames: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const end = at + body.readUInt32BE(FIXED_BYTES + 4 * index);
    if (end > body.byteLength) throw new MalformedError('a frame of a message goes beyond its end');
    frames.push(body.subarray(at, end));
    at = end;
  }
  if (at !== body.byteLength) throw new MalformedError('a message is longer than its frames');
  return frames;
}
