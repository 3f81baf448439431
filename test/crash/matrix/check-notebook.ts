import type { Notebook, NotebookCell } from './crash-notebook.ts';
import { describe } from './describe-numbers.ts';
import { NOTES, NUMBERED, SETUP, linesOfOutputs } from './numbered-cell.ts';
import type { Expected } from './crash-client.ts';

export interface NotebookFindings {
  readonly faults: readonly string[];
  readonly cellsMissing: number;
  readonly cellsDoubled: number;
}

/** Whether a notebook is what it must be. @param place where it was read, for people */
export function checkNotebook(
  { cells }: Notebook,
  number: number,
  expected: Expected & { readonly errors: readonly string[] },
  place: string,
): NotebookFindings {
  const faults: string[] = [];
  const ids = cells.map(({ id }) => id);
  const wanted = [SETUP, NUMBERED, NOTES];
  const cellsMissing = wanted.filter((id) => !ids.includes(id)).length;
  const cellsDoubled = ids.length - new Set(ids).size + ids.filter((id) => !wanted.includes(id)).length;
  if (JSON.stringify(ids) !== JSON.stringify(wanted)) faults.push(`its cells are ${ids.join(', ')}`);
  const cell: NotebookCell | undefined = cells.find(({ id }) => id === NUMBERED);
  if (cell !== undefined) {
    const lines = linesOfOutputs(cell.outputs ?? [], number);
    if (JSON.stringify(lines) !== JSON.stringify(expected.lines))
      faults.push(`it has ${describe(lines)}, and not ${describe(expected.lines)}`);
    if (expected.executionCount !== null && cell.execution_count !== expected.executionCount)
      faults.push(`its execution count is ${cell.execution_count}, and not ${expected.executionCount}`);
    const errors = (cell.outputs ?? []).flatMap(({ ename }) => ename ?? []);
    if (JSON.stringify(errors) !== JSON.stringify(expected.errors))
      faults.push(`its errors are ${JSON.stringify(errors)}, and not ${JSON.stringify(expected.errors)}`);
  }
  return { faults: faults.map((fault) => `${place}: ${fault}`), cellsMissing, cellsDoubled };
}
