import type { RealmError } from './realm-protocol.ts';

const RED = '\u001b[0;31m';
const GREEN = '\u001b[0;32m';
const PLAIN = '\u001b[0m';

export interface RunSource {
  readonly executionCount: number;
  readonly source: string;
}

/** An `error` output: each place in a cell with its line, the outermost first, as IPython tells them. */
export function describeFailure(
  { name, message, frames }: RealmError,
  sourceOf: (run: number) => RunSource | null,
): { readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] } {
  const places = [...frames].reverse().flatMap(({ run, line, name: called }) => {
    const found = sourceOf(run);
    if (found === null) return [];
    const text = found.source.split('\n')[line - 1]?.trim() ?? '';
    const where = `${GREEN}Cell [${found.executionCount}], line ${line}${PLAIN}${called === '' ? '' : `, in ${called}`}`;
    return [text === '' ? where : `${where}\n    ${text.slice(0, 200)}`];
  });
  return { ename: name, evalue: message, traceback: [...places, `${RED}${name}${PLAIN}: ${message}`] };
}
