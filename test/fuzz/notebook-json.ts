import type { FoundCell } from './expected-notebook.ts';

interface Cell {
  readonly id?: string;
  readonly source?: string | readonly string[];
  readonly outputs?: readonly { readonly output_type?: string; readonly text?: string | readonly string[] }[];
}

const joined = (text: string | readonly string[] | undefined): string =>
  typeof text === 'string' ? text : (text ?? []).join('');

/** The cells of a notebook as nbformat stores it, or as @jupyter/ydoc's `toJSON` gives it. */
export function cellsOf(notebook: unknown): FoundCell[] {
  return (notebook as { readonly cells: readonly Cell[] }).cells.map((cell) => ({
    id: cell.id ?? '',
    source: joined(cell.source),
    printed: (cell.outputs ?? []).map(({ text }) => joined(text)).join(''),
  }));
}
