import { parseJsonFrame } from './json-frame.ts';
import { parseStream, type PrintedText } from './output-content.ts';

/** So much is parsed at once. */
const PIECE_BYTES = 256 * 1024;
const BEGINNING = /^\{\s*"name":\s*"(\w+)",\s*"text":\s*"/;
const END = /"\s*\}\s*$/;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Two escapes of a surrogate pair: `\ud83d\ude00`. */
const LONGEST_ESCAPE = 12;

/**
 * What a `stream` message says, from the bytes of its content. A kernel may print a gigabyte in one message: that is more than
 * one string can hold, and parsed as a whole it is in memory several times. So it is parsed piece by piece; where it was cut
 * makes no difference (T3).
 */
export function* printedPieces(frame: Uint8Array | undefined): Generator<PrintedText, void, undefined> {
  const content = Buffer.from(frame?.buffer ?? new ArrayBuffer(0), frame?.byteOffset, frame?.byteLength);
  const text = content.length > 2 * PIECE_BYTES ? textWithin(content) : null;
  if (text === null) {
    const whole = parseStream(parseJsonFrame(frame));
    if (whole !== null) yield whole;
    return;
  }
  for (let start = text.start; start < text.end;) {
    const end = start + PIECE_BYTES < text.end ? endOfPiece(content, start) : text.end;
    yield { name: text.name, text: JSON.parse(`"${content.toString('utf8', start, end)}"`) as string };
    start = end;
  }
}

/** Where the text is; null for what is written in another way than kernels do. */
function textWithin(content: Buffer): { name: string; start: number; end: number } | null {
  const [beginning, name] = BEGINNING.exec(content.toString('latin1', 0, 256)) ?? [];
  const tail = content.toString('latin1', content.length - 64);
  const end = END.exec(tail);
  if (beginning === undefined || name === undefined || end === null) return null;
  const place = { name, start: beginning.length, end: content.length - tail.length + end.index };
  // A quote within is one that ends the text: something is behind it.
  for (let at = content.indexOf('"', place.start); at < place.end; at = content.indexOf('"', at + 1))
    if (!isEscaped(content, at)) return null;
  return place;
}

/** A place that is neither within an escape, or a pair of them, nor within a character. */
function endOfPiece(content: Buffer, start: number): number {
  const most = start + PIECE_BYTES;
  let behindEscape = start;
  for (;;) {
    const escape = content.indexOf(BACKSLASH, behindEscape);
    if (escape < 0 || escape >= most - LONGEST_ESCAPE) break;
    behindEscape = escape + lengthOfEscape(content, escape);
  }
  let end = Math.max(behindEscape, Math.min(most, content.indexOf(BACKSLASH, behindEscape) >>> 0));
  while (end > behindEscape && ((content[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

function lengthOfEscape(content: Buffer, at: number): number {
  if (content[at + 1] !== LETTER_U) return 2;
  const isHighSurrogate = /^d[89ab]/i.test(content.toString('latin1', at + 2, at + 4));
  const isPair = isHighSurrogate && /^\\ud[c-f]/i.test(content.toString('latin1', at + 6, at + 9));
  return isPair ? LONGEST_ESCAPE : 6;
}

/** Behind an odd number of backslashes. */
function isEscaped(content: Buffer, at: number): boolean {
  let before = at;
  while (content[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}
