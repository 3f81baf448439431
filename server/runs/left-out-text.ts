/** How much of a text is not shown. */
export interface LeftOutText {
  /** UTF-16 code units. */
  readonly characters: number;
  /** In UTF-8. */
  readonly bytes: number;
  /** Line ends. */
  readonly lines: number;
}

export const NOTHING_LEFT_OUT: LeftOutText = { characters: 0, bytes: 0, lines: 0 };

export function leaveOut(before: LeftOutText, text: string): LeftOutText {
  return {
    characters: before.characters + text.length,
    bytes: before.bytes + Buffer.byteLength(text),
    lines: before.lines + countLineEnds(text),
  };
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/**
 * Where the first `size` code units end, at a line's end unless that would cost half of them. The text is longer.
 * @returns the end of the head
 */
export function endOfHead(text: string, size: number): number {
  const lineEnd = text.lastIndexOf('\n', size - 1) + 1;
  if (size > 0 && lineEnd >= size / 2) return lineEnd;
  return splitsCharacter(text, size) ? size - 1 : size;
}

/**
 * Where the tail of at most `size` code units begins, at a line's start unless that would cost half of them.
 * @param earliest where it would begin if lines did not matter, not 0
 */
export function startOfTail(text: string, earliest: number, size: number): number {
  const lineStart = text.indexOf('\n', earliest - 1) + 1;
  if (lineStart > 0 && lineStart <= earliest + size / 2) return lineStart;
  return splitsCharacter(text, earliest) ? earliest + 1 : earliest;
}

/** Between the two halves of a surrogate pair. */
export function splitsCharacter(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
}
