import { isUtf8 } from 'node:buffer';
import type { Channel } from './message.ts';
import { jsonMembers } from './json-members.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';
import type { ClientFrame, WebsocketFrame } from './websocket-frame.ts';

// Without buffers a text frame: one JSON object of channel, header, parent_header, metadata, content (contract §3.3).
// With buffers a binary one of unsigned 32-bit big-endian numbers, then bytes:
//   n | offset 0 … offset n-1 | that JSON object | buffers…

const WORD = 4;
const JSON_PARTS = ['header', 'parent_header', 'metadata', 'content'] as const;
const EMPTY_OBJECT = Buffer.from('{}');

export interface LegacyMessage {
  readonly channel: Channel;
  readonly messageId: string;
  readonly messageType: string;
  /** header, parent_header, metadata, content, then buffers. */
  readonly frames: readonly Uint8Array[];
}

export function encodeLegacy(message: LegacyMessage): WebsocketFrame {
  const buffers = message.frames.slice(JSON_PARTS.length);
  const json = encodeJson(message, buffers.length > 0);
  if (buffers.length === 0) return { data: json, binary: false };
  const parts = [json, ...buffers];
  const head = Buffer.allocUnsafe(WORD * (parts.length + 1));
  head.writeUInt32BE(parts.length, 0);
  let at = head.length;
  parts.forEach((part, index) => {
    head.writeUInt32BE(at, WORD * (index + 1));
    at += part.byteLength;
  });
  return { data: Buffer.concat([head, ...parts], at), binary: true };
}

/** The kernel's own bytes, strung together; Jupyter repeats id and type outside of the header. */
function encodeJson(message: LegacyMessage, isBinary: boolean): Buffer {
  const [header, parentHeader, metadata, content] = message.frames;
  const names = `"msg_id":${JSON.stringify(message.messageId)},"msg_type":${JSON.stringify(message.messageType)}`;
  const end = `${isBinary ? '' : ',"buffers":[]'},"channel":"${message.channel}"}`;
  const json = Buffer.concat([
    Buffer.from('{"header":'),
    header ?? EMPTY_OBJECT,
    Buffer.from(`,${names},"parent_header":`),
    parentHeader ?? EMPTY_OBJECT,
    Buffer.from(',"metadata":'),
    metadata ?? EMPTY_OBJECT,
    Buffer.from(',"content":'),
    content ?? EMPTY_OBJECT,
    Buffer.from(end),
  ]);
  // Python writes a lone surrogate as the byte it stands for, and a client breaks a text frame off that is no UTF-8.
  return isUtf8(json) ? json : Buffer.from(json.toString());
}

/** @throws MalformedFrameError */
export function decodeLegacy(data: Buffer, binary: boolean): ClientFrame {
  const [json, ...buffers] = binary ? split(data) : [data];
  const members = jsonMembers(json ?? data);
  return {
    channel: channelOf(members.get('channel')),
    frames: [...JSON_PARTS.map((name) => members.get(name) ?? EMPTY_OBJECT), ...buffers],
  };
}

function split(data: Buffer): Buffer[] {
  const count = data.length < WORD ? 0 : data.readUInt32BE(0);
  if (count === 0 || WORD * (count + 1) > data.length)
    throw new MalformedFrameError(`the frame cannot hold the ${count} parts that it names`);
  const parts: Buffer[] = [];
  let start = data.readUInt32BE(WORD);
  if (start < WORD * (count + 1)) throw new MalformedFrameError('an offset points into the offsets');
  for (let index = 1; index <= count; index++) {
    const end = index < count ? data.readUInt32BE(WORD * (index + 1)) : data.length;
    if (end < start || end > data.length)
      throw new MalformedFrameError('the offsets are not in order within the frame');
    parts.push(data.subarray(start, end));
    start = end;
  }
  return parts;
}

function channelOf(member: Buffer | undefined): string | null {
  if (member === undefined) return null;
  try {
    const channel: unknown = JSON.parse(member.toString());
    return typeof channel === 'string' ? channel : null;
  } catch (error) {
    throw new MalformedFrameError('the channel is not JSON', { cause: error });
  }
}
