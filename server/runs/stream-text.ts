import {
  endOfHead,
  leaveOut,
  NOTHING_LEFT_OUT,
  splitsCharacter,
  startOfTail,
  type LeftOutText,
} from './left-out-text.ts';

/**
 * The text of one stream output as a terminal without colours would show it: `\n` ends a line for good, `\r` goes back to
 * its start, `\b` deletes backwards within it. Only the last line can still change, so all before it is only gathered,
 * and of a text that gets too long only beginning and end are held.
 *
 * Held in pieces, joined when somebody reads (T4): a cell that prints a million times costs a million pushes, where
 * JupyterLab's own model compares the whole text with itself at every message.
 */
export interface StreamText {
  /** The beginning, in large pieces, once the text is too long; null before. It changes no more. */
  head: string[] | null;
  /** What followed the head and is held no more. */
  dropped: LeftOutText;
  /** Lines that are ended, behind what was dropped, in large pieces. */
  blocks: string[];
  /** Code units in them. */
  blocksLength: number;
  /** Lines that are ended since the last block, in the pieces that they came in. */
  ended: string[];
  endedLength: number;
  /** The last line before the cursor. No piece is empty. */
  left: string[];
  leftLength: number;
  /** The last line behind the cursor, the nearest piece last. No piece is empty. */
  right: string[];
}

/** How much is kept of the beginning and of the end, in UTF-16 code units. */
export interface TextLimits {
  readonly headText: number;
  readonly tailText: number;
}

/** What can be shown: all of it, or its two ends. */
export type ReadText =
  | { readonly whole: string }
  | { readonly head: string; readonly leftOut: LeftOutText; readonly tail: string };

const PIECES_PER_BLOCK = 1024;
const LENGTH_PER_BLOCK = 64 * 1024;
/** Shorter pieces grow instead of getting a neighbour, so that a line printed letter by letter is not an array of letters. */
const SHORT_PIECE = 1024;

export function emptyStreamText(): StreamText {
  return {
    head: null,
    dropped: NOTHING_LEFT_OUT,
    blocks: [],
    blocksLength: 0,
    ended: [],
    endedLength: 0,
    left: [],
    leftLength: 0,
    right: [],
  };
}

/** What the kernel wrote next. Where a text was cut into messages makes no difference (T3). */
export function writeStreamText(text: StreamText, written: string, limits: TextLimits): void {
  if (text.right.length === 0 && !/[\b\r]/.test(written)) {
    const end = written.lastIndexOf('\n') + 1;
    if (end > 0) endLine(text, end === written.length ? written : written.slice(0, end), limits);
    if (end === 0) putLeft(text, written);
    else if (end < written.length) putLeft(text, ownCopy(written.slice(end)));
  } else writeWithControls(text, written, limits);
  endLongLine(text, limits);
}

function writeWithControls(text: StreamText, written: string, limits: TextLimits): void {
  const controls = /[\n\b\r]/g;
  let position = 0;
  for (let found = controls.exec(written); found !== null; found = controls.exec(written)) {
    overwrite(text, written.slice(position, found.index));
    if (found[0] === '\n') endLine(text, '\n', limits);
    else if (found[0] === '\r') returnToStart(text);
    else deleteBackwards(text);
    position = controls.lastIndex;
  }
  overwrite(text, written.slice(position));
}

/** A function of the text and the limits alone, however it came (L2). */
export function readStreamText(text: StreamText, { headText, tailText }: TextLimits): ReadText {
  const held = text.blocks.concat(text.ended, text.left, text.right.toReversed()).join('');
  if (text.head === null && held.length <= headText + tailText) return { whole: held };
  const headEnd = text.head === null ? endOfHead(held, headText) : 0;
  const tailStart = startOfTail(held, held.length - tailText, tailText);
  return {
    head: text.head?.join('') ?? held.slice(0, headEnd),
    leftOut: leaveOut(text.dropped, held.slice(headEnd, tailStart)),
    tail: held.slice(tailStart),
  };
}

/** Code units that are held. */
export function heldLength(text: StreamText): number {
  const head = text.head?.reduce((sum, piece) => sum + piece.length, 0) ?? 0;
  const right = text.right.reduce((sum, piece) => sum + piece.length, 0);
  return head + text.blocksLength + text.endedLength + text.leftLength + right;
}

/** Also what stands behind the cursor belongs to the line that ends (T2). */
function endLine(text: StreamText, ending: string, limits: TextLimits): void {
  for (const piece of text.left) end(text, piece);
  for (let index = text.right.length - 1; index >= 0; index--) end(text, text.right[index] ?? '');
  end(text, ending);
  text.left = [];
  text.leftLength = 0;
  text.right = [];
  gather(text, limits);
}

/** A line that never ends is held in part too: a `\r` then goes back to the start of what is held (L4). */
function endLongLine(text: StreamText, limits: TextLimits): void {
  if (text.right.length > 0 || text.leftLength <= 2 * limits.tailText + LENGTH_PER_BLOCK) return;
  const line = text.left.join('');
  const cut = line.length - limits.tailText;
  const start = splitsCharacter(line, cut) ? cut + 1 : cut;
  end(text, line.slice(0, start));
  text.left = [];
  text.leftLength = 0;
  putLeft(text, ownCopy(line.slice(start)));
  gather(text, limits);
}

function end(text: StreamText, piece: string): void {
  text.ended.push(piece);
  text.endedLength += piece.length;
}

function gather(text: StreamText, limits: TextLimits): void {
  if (text.ended.length < PIECES_PER_BLOCK && text.endedLength < LENGTH_PER_BLOCK) return;
  const ended = text.ended.join('');
  text.ended = [];
  text.endedLength = 0;
  // Of one message that is longer than the tail only its end is ever looked at.
  const start = text.head === null ? 0 : startOfSurplus(ended, limits);
  if (start > 0) {
    for (const block of text.blocks) text.dropped = leaveOut(text.dropped, block);
    text.dropped = leaveOut(text.dropped, ended.slice(0, start));
    text.blocks = [];
    text.blocksLength = 0;
  }
  for (const block of inBlocks(ended.slice(start))) text.blocks.push(block);
  text.blocksLength += ended.length - start;
  if (text.head === null && text.blocksLength > limits.headText + limits.tailText + 1) cutHead(text, limits);
  if (text.head !== null) dropBlocks(text, limits);
}

/** One character more than the tail stays, to see whether it begins at a line's start. */
function startOfSurplus(ended: string, { tailText }: TextLimits): number {
  const start = ended.length - tailText - 1;
  if (start <= 0) return 0;
  return splitsCharacter(ended, start) ? start - 1 : start;
}

function inBlocks(text: string): string[] {
  if (text.length <= 2 * LENGTH_PER_BLOCK) return [text];
  const blocks: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + LENGTH_PER_BLOCK);
    if (splitsCharacter(text, end)) end -= 1;
    blocks.push(ownCopy(text.slice(start, end)));
    start = end;
  }
  return blocks;
}

function cutHead(text: StreamText, { headText }: TextLimits): void {
  let count = 0;
  let length = 0;
  // One block more than the head needs, for the character behind it.
  while (length <= headText) length += text.blocks[count++]?.length ?? 0;
  const beginning = text.blocks.splice(0, count).join('');
  const headEnd = endOfHead(beginning, headText);
  const rest = beginning.slice(headEnd);
  text.head = inBlocks(ownCopy(beginning.slice(0, headEnd)));
  if (rest !== '') text.blocks.unshift(ownCopy(rest));
  text.blocksLength -= headEnd;
}

function dropBlocks(text: StreamText, { tailText }: TextLimits): void {
  for (;;) {
    const [oldest] = text.blocks;
    if (oldest === undefined || text.blocksLength - oldest.length <= tailText) return;
    text.blocks.shift();
    text.blocksLength -= oldest.length;
    text.dropped = leaveOut(text.dropped, oldest);
  }
}

/** A part of a string keeps all of it in memory (in V8), and a message may be large. */
function ownCopy(part: string): string {
  // eslint-disable-next-line no-control-regex -- Latin-1 is what fits into one byte a character.
  const encoding = /^[\u0000-\u00ff]*$/.test(part) ? 'latin1' : 'utf16le';
  return Buffer.from(part, encoding).toString(encoding);
}

function putLeft(text: StreamText, written: string): void {
  if (written === '') return;
  text.leftLength += written.length;
  const last = text.left.at(-1);
  if (last !== undefined && last.length < SHORT_PIECE) text.left[text.left.length - 1] = last + written;
  else text.left.push(written);
}

function overwrite(text: StreamText, written: string): void {
  putLeft(text, written);
  dropRight(text, written.length);
}

/** Pieces move whole, so going back and forth on a long line costs what was written since, not the line. */
function returnToStart(text: StreamText): void {
  for (let piece = text.left.pop(); piece !== undefined; piece = text.left.pop()) text.right.push(piece);
  text.leftLength = 0;
}

/** JupyterLab deletes the character before the cursor and, behind a `\r`, the one under it as well (T2). */
function deleteBackwards(text: StreamText): void {
  const last = text.left.pop();
  if (last === undefined) return;
  if (last.length > 1) text.left.push(last.slice(0, -1));
  text.leftLength -= 1;
  dropRight(text, 1);
}

function dropRight(text: StreamText, count: number): void {
  let remaining = count;
  while (remaining > 0) {
    const nearest = text.right.pop();
    if (nearest === undefined) return;
    if (nearest.length > remaining) text.right.push(nearest.slice(remaining));
    remaining -= nearest.length;
  }
}
