import type { ToolUse } from './tool-use.ts';

export type TaskKind = 'error' | 'plot' | 'explain' | 'refactor' | 'clean' | 'notebook';

export interface TaskCell {
  readonly id: string;
  readonly type: 'code' | 'markdown';
  readonly source: string;
}

/** Something that a person asks of an agent in a notebook, and how to see whether it was done. */
export interface NotebookTask {
  readonly kind: TaskKind;
  readonly cells: readonly TaskCell[];
  /** Beside the notebook: their text by name, folders included. */
  readonly files?: Readonly<Record<string, string>>;
  /** Code cells that were run before the question, in this order; by default all, until one fails. */
  readonly ran?: readonly string[];
  readonly question: string;
  readonly selectedCells?: readonly string[];
  /** The question is about what the results say: no cell may be changed. */
  readonly leavesNotebook?: boolean;
  /**
   * Statements of Python that raise where the task was not done. They see what is left after all cells of the notebook ran in a fresh
   * kernel, in their order and without an error, and `cells` (of the notebook: `id`, `type`, `source`, what it printed as `text`, what
   * it showed as `data` by type), `figures` (of matplotlib) and `answer` (the model's last words).
   */
  readonly check: string;
  /** What a good model does, answer by answer. It gets what its tools said so far. */
  readonly solution: readonly (readonly ToolUse[] | ((said: readonly string[]) => readonly ToolUse[]))[];
  /** Its last words. */
  readonly lastWords: string;
}

export const code = (id: string, source: string): TaskCell => ({ id, type: 'code', source });
export const markdown = (id: string, source: string): TaskCell => ({ id, type: 'markdown', source });
