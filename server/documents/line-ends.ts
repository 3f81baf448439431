import { hunksBetween } from './text-hunks.ts';

const LINE_END = /\r\n|\r|\n/g;

/** A file's text as editors have it: each line ends with `\n`. */
export function withPlainLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(LINE_END, '\n') : text;
}

/** The text of an editor with the line ends that its file has: lines that are still there keep theirs, new ones get the most frequent. */
export function withLineEndsOf(file: string, text: string): string {
  const ends = file.match(LINE_END) ?? [];
  if (!ends.some((end) => end !== '\n')) return text;
  const usual = mostFrequent(ends);
  const plain = withPlainLineEnds(file);
  const hunks = hunksBetween(plain, text);
  let [position, line] = [0, 0];
  let result = '';
  const keep = (until: number): void => {
    result += plain.slice(position, until).replaceAll('\n', () => ends[line++]!);
    position = until;
  };
  for (const { start, end, text: inserted } of hunks) {
    keep(start);
    line += plain.slice(start, end).split('\n').length - 1;
    position = end;
    result += inserted.replaceAll('\n', usual);
  }
  keep(plain.length);
  return result;
}

function mostFrequent(ends: readonly string[]): string {
  const count = (wanted: string): number => ends.filter((end) => end === wanted).length;
  return ['\r\n', '\n', '\r'].reduce((best, end) => (count(end) > count(best) ? end : best));
}
