/**
 * The text of one stream output as a terminal without colours would show it: `\n` ends a line for good, `\r` goes back to
 * its start, `\b` deletes backwards within it. Only the last line can still change, so all before it is only gathered.
 *
 * Held in pieces, joined when somebody reads (T4): a cell that prints a million times costs a million pushes, where
 * JupyterLab's own model compares the whole text with itself at every message.
 */
export interface StreamText {
  /** Lines that are ended, in large pieces. */
  blocks: string[];
  /** Lines that are ended since the last block, in the pieces that they came in. */
  ended: string[];
  /** The last line before the cursor. No piece is empty. */
  left: string[];
  /** The last line behind the cursor, the nearest piece last. No piece is empty. */
  right: string[];
}

const PIECES_PER_BLOCK = 1024;
/** Shorter pieces grow instead of getting a neighbour, so that a line printed letter by letter is not an array of letters. */
const SHORT_PIECE = 1024;

export function emptyStreamText(): StreamText {
  return { blocks: [], ended: [], left: [], right: [] };
}

/** What the kernel wrote next. Where a text was cut into messages makes no difference (T3). */
export function writeStreamText(text: StreamText, written: string): void {
  if (text.right.length === 0 && !/[\b\r]/.test(written)) {
    const end = written.lastIndexOf('\n') + 1;
    if (end > 0) {
      endLine(text, end === written.length ? written : written.slice(0, end));
    }
    putLeft(text, end === 0 ? written : written.slice(end));
    return;
  }
  const controls = /[\n\b\r]/g;
  let position = 0;
  for (let found = controls.exec(written); found !== null; found = controls.exec(written)) {
    overwrite(text, written.slice(position, found.index));
    if (found[0] === '\n') endLine(text, '\n');
    else if (found[0] === '\r') returnToStart(text);
    else deleteBackwards(text);
    position = controls.lastIndex;
  }
  overwrite(text, written.slice(position));
}

/** @throws RangeError beyond V8's longest string (512 Mi characters): whoever keeps so much must cut it before. */
export function readStreamText(text: StreamText): string {
  return text.blocks.concat(text.ended, text.left, text.right.toReversed()).join('');
}

/** Also what stands behind the cursor belongs to the line that ends (T2). */
function endLine(text: StreamText, ending: string): void {
  for (const piece of text.left) text.ended.push(piece);
  for (let index = text.right.length - 1; index >= 0; index--) text.ended.push(text.right[index] ?? '');
  text.ended.push(ending);
  text.left = [];
  text.right = [];
  if (text.ended.length < PIECES_PER_BLOCK) return;
  text.blocks.push(text.ended.join(''));
  text.ended = [];
}

function putLeft(text: StreamText, written: string): void {
  if (written === '') return;
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
}

/** JupyterLab deletes the character before the cursor and, behind a `\r`, the one under it as well (T2). */
function deleteBackwards(text: StreamText): void {
  const last = text.left.pop();
  if (last === undefined) return;
  if (last.length > 1) text.left.push(last.slice(0, -1));
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
