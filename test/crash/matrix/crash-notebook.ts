import type { NotebookOutput } from './numbered-cell.ts';
import { NOTES, NUMBERED, numberedCode, SETUP, setupCode } from './numbered-cell.ts';
import type { RoundPlan } from './round-plan.ts';

export interface NotebookCell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly metadata: Record<string, unknown>;
  readonly outputs?: readonly NotebookOutput[];
  readonly execution_count?: number | null;
}

export interface Notebook {
  readonly cells: readonly NotebookCell[];
  readonly metadata: Record<string, unknown>;
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
}

/** What a client saves besides the sources, which stay as they are. */
export interface Seen {
  readonly version: number;
  readonly setupCount: number | null;
  readonly numberedCount: number | null;
  readonly outputs: readonly NotebookOutput[];
}

export const UNSEEN: Seen = { version: 0, setupCount: null, numberedCount: null, outputs: [] };
/** So much that a save takes a moment in which it can be hit. */
const BALLAST = 'x'.repeat(1_500_000);

export const notebookName = (number: number): string => `round-${number}.ipynb`;
export const versionText = (version: number): string => `version ${version}`;

/** The notebook of a round as a client saves it that has seen so much. */
export function crashNotebook(plan: RoundPlan, seen: Seen = UNSEEN): Notebook {
  const code = (
    id: string,
    source: string,
    execution_count: number | null,
    outputs: readonly NotebookOutput[],
  ): NotebookCell => ({ id, cell_type: 'code', source, metadata: {}, execution_count, outputs });
  return {
    cells: [
      code(SETUP, setupCode(plan), seen.setupCount, []),
      code(NUMBERED, numberedCode(plan), seen.numberedCount, seen.outputs),
      { id: NOTES, cell_type: 'raw', source: versionText(seen.version), metadata: {} },
    ],
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' },
      ...(plan.moment === 'during a save' && { ballast: BALLAST }),
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}
