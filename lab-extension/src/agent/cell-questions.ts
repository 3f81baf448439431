import type { Draft } from './composer.ts';

/** What is asked, or begun to be asked, about one cell. */
export type CellQuestion = 'fix' | 'explain-error' | 'explain' | 'output' | 'above' | 'below';

const TEXTS: Readonly<Record<CellQuestion, (cell: string) => string>> = {
  fix: (cell) => `Fix the error of ${cell}.`,
  'explain-error': (cell) =>
    `Explain the error of ${cell}: what it means, and where it comes from. Change nothing.`,
  explain: (cell) => `Explain ${cell} and its results. Change nothing.`,
  output: (cell) => `About the output of ${cell}: `,
  above: (cell) => `Write a new cell above ${cell} that `,
  below: (cell) => `Write a new cell below ${cell} that `,
};

/** These are for the person to go on with. */
const BEGUN: ReadonlySet<CellQuestion> = new Set(['output', 'above', 'below']);

/** @param number of the cell, from 1 */
export function cellQuestion(
  kind: CellQuestion,
  cellId: string,
  number: number,
): { readonly draft: Draft; readonly isBegun: boolean } {
  const selection = { cells: [cellId], text: null, label: `Cell ${number}` };
  return { draft: { text: TEXTS[kind](`@cell:${number}`), images: [], selection }, isBegun: BEGUN.has(kind) };
}
