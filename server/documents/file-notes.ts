import type { YFile, YNotebook } from '@jupyter/ydoc';
import type { MergeConflict } from './file-format.ts';

/**
 * Why a document is not in its file. `missing`: the file is gone; `unreadable`: what is there is no notebook, or no text;
 * `not-saved`: it could not be written. Nothing is lost: the document is in the log.
 */
export type FileProblem = 'missing' | 'unreadable' | 'not-saved';

/**
 * What the shared state says of the file, beside what jupyter-collaboration's clients know (contract §6.1): `file`, with
 * `file_message` for people, `conflicts`, the last places where document and file were both changed, and `restarted`, when it
 * had to go on from its file because its history was damaged.
 */
type Model = YNotebook | YFile;

const MOST_CONFLICTS = 20;

/** Always set: JupyterLab marks its own copy as changed, and looks at `dirty` whenever it is set. */
export function noteSaved({ ystate }: Model, sha256: string, isClean: boolean): void {
  if (isClean) ystate.set('dirty', false);
  if (ystate.get('hash') !== sha256) ystate.set('hash', sha256);
  for (const key of ['file', 'file_message']) if (ystate.has(key)) ystate.delete(key);
}

/** Whether it says that this is in the file, and all of the document. */
export function isToldOf({ ystate }: Model, sha256: string): boolean {
  return ystate.get('dirty') === false && ystate.get('hash') === sha256 && !ystate.has('file');
}

export function noteChanged({ ystate }: Model): void {
  if (ystate.get('dirty') !== true) ystate.set('dirty', true);
}

export function noteProblem({ ystate }: Model, problem: FileProblem | null, message: string | null): void {
  for (const [key, value] of [
    ['file', problem],
    ['file_message', message],
  ] as const) {
    if (value === null) ystate.delete(key);
    else if (ystate.get(key) !== value) ystate.set(key, value);
  }
}

/** Those before are forgotten; what they were is in the versions of the file. */
export function noteMerge({ ystate }: Model, conflicts: readonly MergeConflict[], time: number): void {
  if (conflicts.length === 0) return;
  const told = conflicts.slice(0, MOST_CONFLICTS).map(({ cellId, what }) => ({ cell_id: cellId, what }));
  ystate.set('conflicts', { time: new Date(time).toISOString(), places: told });
}

export function noteRestart({ ystate }: Model, time: number): void {
  ystate.set('restarted', { time: new Date(time).toISOString() });
}
