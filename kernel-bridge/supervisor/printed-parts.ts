import type { KernelMessage } from '../protocol/message.ts';

const PART_BYTES = 1024 * 1024;
/** As every kernel that was seen writes it: the text is last, so that it ends with the content. */
const HEAD = /^\{"name":\s?"(?:stdout|stderr)",\s?"text":\s?"/;
const TAIL = Buffer.from('"}');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Longer than any escape and than two that are one character (`\ud83d\ude00`). */
const LONGEST_ESCAPES = 12;
const PLACES_TRIED = 4096;

/**
 * What a cell prints in a loop comes as messages of 60 MB and more, since ipykernel gathers what it has no time to send.
 * A terminal's worth of text means the same in one message or in several, and everything behind this holds a message
 * several times over: so it goes on in parts of about a megabyte, cut at ends of lines where there are any. The first has
 * the message's own id, the others that with a number. Anything else stays as it is.
 */
export function printedParts(message: KernelMessage, partBytes = PART_BYTES): readonly KernelMessage[] {
  const content = message.frames[3];
  if (message.header.msg_type !== 'stream' || message.channel !== 'iopub' || message.frames.length !== 4)
    return [message];
  if (content === undefined || content.byteLength <= 2 * partBytes) return [message];
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const head = HEAD.exec(bytes.toString('latin1', 0, 64))?.[0];
  if (head === undefined || !isOneText(bytes, head.length)) return [message];
  return textsOf(bytes, head.length, partBytes).map((text, index) =>
    partOf(message, Buffer.concat([Buffer.from(head), text, TAIL]), index),
  );
}

/** Whether the text that starts here ends with the content, and not before. */
function isOneText(bytes: Buffer, from: number): boolean {
  const end = bytes.byteLength - TAIL.byteLength;
  if (!bytes.subarray(end).equals(TAIL) || isEscaped(bytes, end)) return false;
  for (let at = bytes.indexOf(QUOTE, from); at < end; at = bytes.indexOf(QUOTE, at + 1))
    if (!isEscaped(bytes, at)) return false;
  return true;
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let before = at;
  while (bytes[before - 1] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 1;
}

function textsOf(bytes: Buffer, from: number, partBytes: number): Buffer[] {
  const end = bytes.byteLength - TAIL.byteLength;
  const texts: Buffer[] = [];
  let start = from;
  for (let limit = start + partBytes; limit < end; limit += partBytes) {
    const cut = lineEndBefore(bytes, start, limit) ?? characterEndBefore(bytes, start, limit);
    if (cut === null) continue; // A longer part, then.
    texts.push(bytes.subarray(start, cut));
    start = cut;
    limit = start;
  }
  texts.push(bytes.subarray(start, end));
  return texts;
}

/** Behind the last `\n` in the second half. */
function lineEndBefore(bytes: Buffer, start: number, limit: number): number | null {
  const first = start + (limit - start) / 2;
  let at = bytes.lastIndexOf('\\n', limit - 2);
  while (at >= first) {
    if (!isEscaped(bytes, at)) return at + 2;
    at = bytes.lastIndexOf('\\n', at - 1);
  }
  return null;
}

/** Where no escape is near and a character of UTF-8 begins. */
function characterEndBefore(bytes: Buffer, start: number, limit: number): number | null {
  const lowest = Math.max(start + LONGEST_ESCAPES, limit - PLACES_TRIED);
  for (let at = limit; at > lowest; at--) {
    const isContinuation = ((bytes[at] ?? 0) & 0xc0) === 0x80;
    if (!isContinuation && !bytes.subarray(at - LONGEST_ESCAPES, at).includes(BACKSLASH)) return at;
  }
  return null;
}

function partOf(message: KernelMessage, content: Buffer, index: number): KernelMessage {
  const [header = Buffer.alloc(0), parent = Buffer.alloc(0), metadata = Buffer.alloc(0)] = message.frames;
  if (index === 0) return { ...message, frames: [header, parent, metadata, content] };
  const { msg_id } = message.header;
  const id = `${msg_id}.${index + 1}`;
  const own = Buffer.from(header)
    .toString()
    .replace(JSON.stringify(msg_id), () => JSON.stringify(id));
  return {
    ...message,
    header: { ...message.header, msg_id: id },
    frames: [Buffer.from(own), parent, metadata, content],
  };
}
