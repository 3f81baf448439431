import { cellKind } from './cell-kind.ts';
import { parseScript } from './prepare-script.ts';

/** For consoles: whether Enter runs what is there. */
export function cellCompleteness(source: string): 'complete' | 'incomplete' | 'invalid' {
  const { kind, code } = cellKind(source);
  if (kind !== 'javascript') return 'complete';
  try {
    parseScript(code);
    return 'complete';
  } catch (error) {
    const { pos, message } = error as SyntaxError & { readonly pos?: number };
    const isAtEnd = pos !== undefined && code.slice(pos).trim() === '';
    return isAtEnd || /^Unterminated (template|comment)/.test(message) ? 'incomplete' : 'invalid';
  }
}
