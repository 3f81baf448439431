/**
 * Where in the kernel's stream the text is that a run printed under one name, as the kernel wrote it: nothing is carried out
 * or cleared. With it any part of the text is found without reading all before it.
 */
export interface RunText {
  /** In UTF-8. */
  bytes: number;
  /** Sequences of the first and the last message. */
  first: number;
  last: number;
  /** Now and then, in order: a message, and how many bytes come before it. The first message is one. */
  readonly marks: TextMark[];
}

export interface TextMark {
  readonly sequence: number;
  readonly bytesBefore: number;
}

/** What a run printed, by the streams' names. */
export type RunTexts = Map<string, RunText>;

export const TEXT_NAMES: readonly string[] = ['stdout', 'stderr'];

/** So much may have to be read before what is asked for. */
const BYTES_PER_MARK = 4 * 1024 * 1024;

export function noteText(texts: RunTexts, name: string, text: string, sequence: number): void {
  if (!TEXT_NAMES.includes(name)) return;
  let noted = texts.get(name);
  if (noted === undefined) {
    noted = { bytes: 0, first: sequence, last: sequence, marks: [] };
    texts.set(name, noted);
  }
  const lastMark = noted.marks.at(-1);
  // One message may be told in pieces.
  const isNext = noted.last !== sequence;
  if (lastMark === undefined || (isNext && noted.bytes - lastMark.bytesBefore >= BYTES_PER_MARK))
    noted.marks.push({ sequence, bytesBefore: noted.bytes });
  noted.last = sequence;
  noted.bytes += Buffer.byteLength(text);
}

/** The last mark at or before a byte of the text. */
export function markBefore({ marks }: RunText, byte: number): TextMark | undefined {
  return marks.findLast(({ bytesBefore }) => bytesBefore <= byte);
}
