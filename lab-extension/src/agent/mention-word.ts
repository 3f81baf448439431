/** A mention that is being written: from `@` to the cursor. */
export interface MentionWord {
  /** Where its `@` is. */
  readonly start: number;
  /** `''` as long as no kind is written. */
  readonly kind: 'cell' | 'file' | 'variable' | '';
  /** What is written behind the colon, or behind the `@`. */
  readonly text: string;
}

/** Null where the cursor is in no mention. */
export function mentionAt(text: string, cursor: number): MentionWord | null {
  const found = /(?<![\w@.])@(?:(cell|file|variable):("[^"\n]*|[^\s"]*)|(\w*))$/.exec(text.slice(0, cursor));
  if (found === null) return null;
  const [whole, kind = '', name = '', begun = ''] = found;
  return {
    start: cursor - whole.length,
    kind: kind as MentionWord['kind'],
    text: kind === '' ? begun : name.replace(/^"/, ''),
  };
}

/** As the server reads it: a name with spaces or a comma is quoted. */
export function mentionOf(kind: 'cell' | 'file' | 'variable', name: string): string {
  return /^[^\s"'`,;:!?()[\]{}<>]+$/.test(name) && !name.endsWith('.')
    ? `@${kind}:${name}`
    : `@${kind}:"${name}"`;
}

/** The text with the mention in place of what was begun, and where the cursor is then. */
export function withMention(
  text: string,
  cursor: number,
  word: MentionWord,
  mention: string,
  isWhole: boolean,
): { readonly text: string; readonly cursor: number } {
  const ending = isWhole ? ' ' : '';
  const before = text.slice(0, word.start) + mention + ending;
  return { text: before + text.slice(cursor).replace(isWhole ? /^ / : /^/, ''), cursor: before.length };
}
