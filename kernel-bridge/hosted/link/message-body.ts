import type { HostedMessage } from '../hosted-message.ts';
import { viewOf } from './frame.ts';
import { MalformedError } from './malformed-error.ts';

/** HostedMessage <-> `u8 channel, u32 count of frames, u32 length of each, the frames`. */
const CHANNELS: readonly HostedMessage['channel'][] = ['shell', 'control', 'stdin', 'iopub'];
const FIXED_BYTES = 5;
const JSON_FRAMES = 4;
const encoder = new TextEncoder();
// A byte order mark is a character of what somebody wrote.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The message's parts as bytes, and how many they take with what stands before them. */
export function encodeParts({ header, parentHeader, metadata, content, buffers }: HostedMessage): {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
} {
  const texts = [header, parentHeader, metadata, content].map((text) => encoder.encode(text));
  const parts = [...texts, ...buffers];
  return { parts, bytes: parts.reduce((sum, part) => sum + 4 + part.byteLength, FIXED_BYTES) };
}

export function writeMessageBody(
  channel: HostedMessage['channel'],
  parts: readonly Uint8Array[],
  target: Uint8Array,
  at: number,
): void {
  const view = viewOf(target);
  target[at] = CHANNELS.indexOf(channel);
  view.setUint32(at + 1, parts.length);
  let lengths = at + FIXED_BYTES;
  let body = lengths + 4 * parts.length;
  for (const part of parts) {
    view.setUint32(lengths, part.byteLength);
    target.set(part, body);
    lengths += 4;
    body += part.byteLength;
  }
}

/**
 * The buffers are copies: what the message came with is not kept for them.
 * @throws MalformedError for what is not whole
 */
export function readMessageBody(body: Uint8Array): HostedMessage {
  const channel = CHANNELS[body[0] ?? -1];
  if (channel === undefined || body.byteLength < FIXED_BYTES)
    throw new MalformedError('a message is on a channel that there is not');
  const parts = partsOf(body);
  const [header, parentHeader, metadata, content] = parts
    .slice(0, JSON_FRAMES)
    .map((part) => decoder.decode(part));
  if (header === undefined || parentHeader === undefined || metadata === undefined || content === undefined)
    throw new MalformedError('a message has fewer than four parts');
  return {
    channel,
    header,
    parentHeader,
    metadata,
    content,
    buffers: parts.slice(JSON_FRAMES).map((part) => new Uint8Array(part)),
  };
}

function partsOf(body: Uint8Array): Uint8Array[] {
  const view = viewOf(body);
  const count = view.getUint32(1);
  let at = FIXED_BYTES + 4 * count;
  if (at > body.byteLength) throw new MalformedError(`a message says that it has ${count} frames`);
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const end = at + view.getUint32(FIXED_BYTES + 4 * index);
    if (end > body.byteLength) throw new MalformedError('a frame of a message goes beyond its end');
    parts.push(body.subarray(at, end));
    at = end;
  }
  if (at !== body.byteLength) throw new MalformedError('a message is longer than its frames');
  return parts;
}
