import { cellKind } from './cell-kind.ts';
import { HTML_TAGS, JAVASCRIPT_WORDS } from './html-names.ts';

/** What stands before a cursor that can be gone on with, or looked up. */
export type WordAtCursor =
  | { readonly kind: 'tag'; readonly prefix: string; readonly start: number }
  /** `path` is what stands before the last dot. */
  | {
      readonly kind: 'name';
      readonly path: readonly string[];
      readonly prefix: string;
      readonly start: number;
    }
  | { readonly kind: 'none' };

/** @param cursor in code units */
export function wordAtCursor(source: string, cursor: number): WordAtCursor {
  const before = source.slice(0, cursor);
  const { kind } = cellKind(source);
  if (kind === 'css') return { kind: 'none' };
  const tag = /<\/?([a-z][a-z0-9]*)?$/i.exec(before);
  if (kind === 'html' && tag !== null) {
    const prefix = tag[1] ?? '';
    return { kind: 'tag', prefix, start: cursor - prefix.length };
  }
  if (kind === 'html' && !isInScript(before)) return { kind: 'none' };
  const name = /(?:^|[^\p{L}\p{N}$_.])((?:[\p{L}$_][\p{L}\p{N}$_]*\.)*)([\p{L}$_][\p{L}\p{N}$_]*)?$/u.exec(
    before,
  );
  if (name === null) return { kind: 'none' };
  const [, path = '', prefix = ''] = name;
  if (path === '' && prefix === '') return { kind: 'none' };
  return { kind: 'name', path: path.split('.').slice(0, -1), prefix, start: cursor - prefix.length };
}

export function matchesOf(word: WordAtCursor, names: readonly string[]): string[] {
  if (word.kind === 'none') return [];
  const known =
    word.kind === 'tag' ? HTML_TAGS : word.path.length === 0 ? [...names, ...JAVASCRIPT_WORDS] : names;
  const { prefix } = word;
  const fits = known.filter((name) => name.startsWith(prefix) && /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(name));
  return [...new Set(fits)].sort();
}

function isInScript(before: string): boolean {
  const opened = before.toLowerCase().lastIndexOf('<script');
  return opened >= 0 && !before.toLowerCase().includes('</script', opened);
}
