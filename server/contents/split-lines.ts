// Python's str.splitlines knows more line ends than \n: see "str.splitlines" in Python's library reference.
const rareLineEnds = ['\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];
const anyLineEnd = new RegExp(`\r\n|[\n${rareLineEnds.join('')}]`, 'g');

/** True where a line of the text ends in anything but `\n`. */
export const hasRareLineEnd = (text: string): boolean => rareLineEnds.some((end) => text.includes(end));

/** Python's `text.splitlines(True)`: the lines with their ends; none for an empty text. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(anyLineEnd)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, end));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
