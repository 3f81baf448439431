import type { HostedMessage } from '../hosted-message.ts';
import { MalformedError } from '../codec/malformed-error.ts';
import { readMessageBody } from '../codec/message-body.ts';

const JSON_FRAMES = 4;
const encoder = new TextEncoder();
// A byte order mark is a character of what somebody wrote.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function framesOf({ header, parentHeader, metadata, content, buffers }: HostedMessage): Uint8Array[] {
  return [...[header, parentHeader, metadata, content].map((text) => encoder.encode(text)), ...buffers];
}

/**
 * The buffers are copies: what the message came with is not kept for them.
 * @throws MalformedError for what is not whole
 */
export function readMessage(body: Uint8Array): HostedMessage {
  const { channel, frames } = readMessageBody<Uint8Array>(body);
  const [header, parentHeader, metadata, content] = frames
    .slice(0, JSON_FRAMES)
    .map((frame) => decoder.decode(frame));
  if (header === undefined || parentHeader === undefined || metadata === undefined || content === undefined)
    throw new MalformedError('a message has fewer than four parts');
  return {
    channel,
    header,
    parentHeader,
    metadata,
    content,
    buffers: frames.slice(JSON_FRAMES).map((frame) => new Uint8Array(frame)),
  };
}
