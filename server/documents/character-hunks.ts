import diff from 'fast-diff';

/** Where a text has something else than the one before it: `[start, end)` of that one is `text` now. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Up to so many characters are compared one by one; the time for that grows with their square. */
const MOST_BY_CHARACTER = 4000;

/** What is different between two lines, by characters, in order; neighbours do not touch. No surrogate pair is cut in two. */
export function characterHunks(before: string, after: string): Hunk[] {
  if (before === after) return [];
  const head = commonHead(before, after);
  const tail = commonTail(before, after, head);
  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  if (old === '' || now === '' || old.length + now.length > MOST_BY_CHARACTER)
    return [{ start: head, end: head + old.length, text: now }];
  return compareCharacters(old, now, head);
}

function compareCharacters(before: string, after: string, offset: number): Hunk[] {
  const hunks: Hunk[] = [];
  let position = offset;
  // Cleaned up, or two words that happen to share a letter would be torn at it.
  for (const [kind, text] of diff(before, after, undefined, true)) {
    const last = hunks.at(-1);
    const isBeside = last?.end === position;
    const [start, inserted] = isBeside ? [last.start, last.text] : [position, ''];
    if (kind === diff.EQUAL) {
      position += text.length;
      continue;
    }
    if (isBeside) hunks.pop();
    if (kind === diff.INSERT) hunks.push({ start, end: position, text: inserted + text });
    else {
      position += text.length;
      hunks.push({ start, end: position, text: inserted });
    }
  }
  return hunks;
}

function commonHead(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before.charCodeAt(length) === after.charCodeAt(length)) length += 1;
  return length > 0 && isHighSurrogate(before, length - 1) ? length - 1 : length;
}

function commonTail(before: string, after: string, head: number): number {
  const most = Math.min(before.length, after.length) - head;
  let length = 0;
  while (
    length < most &&
    before.charCodeAt(before.length - 1 - length) === after.charCodeAt(after.length - 1 - length)
  )
    length += 1;
  return length > 0 && isLowSurrogate(before, before.length - length) ? length - 1 : length;
}

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLowSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
