/** Why a shared document is not in its file, as the server says it (docs/documents.md). */
export interface FileProblem {
  readonly kind: 'missing' | 'unreadable' | 'not-saved';
  /** For people. */
  readonly message: string;
}

/** What was changed here and in the file at the same time, and is there twice now. */
export interface BothVersions {
  /** Names this merge. */
  readonly time: string;
  /** In a notebook. A text has no cells: it is empty then. */
  readonly cells: readonly CellOfBoth[];
}

export interface CellOfBoth {
  readonly id: string;
  /** One side had deleted it, and the other had changed it. */
  readonly wasDeleted: boolean;
}

type State = { get(key: string): unknown };

const KINDS: readonly unknown[] = ['missing', 'unreadable', 'not-saved'] satisfies FileProblem['kind'][];

/** @param state the shared state of a document, into which others may have written what they like */
export function fileProblemOf(state: State): FileProblem | null {
  const kind = state.get('file');
  const message = state.get('file_message');
  if (!KINDS.includes(kind)) return null;
  return { kind: kind as FileProblem['kind'], message: typeof message === 'string' ? message : '' };
}

/** When the history of the document was damaged, and it had to go on from its file; null where it never was. */
export function restartOf(state: State): Date | null {
  const restarted = state.get('restarted');
  const time =
    isObject(restarted) && typeof restarted['time'] === 'string' ? new Date(restarted['time']) : null;
  return time === null || Number.isNaN(time.getTime()) ? null : time;
}

/**
 * Null where nothing is there twice: of outputs and metadata that were changed on both sides, the document's are kept.
 * @param isThere whether the notebook has such a cell still
 */
export function bothVersionsOf(
  state: State,
  kind: 'notebook' | 'file',
  isThere: (cellId: string) => boolean,
): BothVersions | null {
  const conflicts = state.get('conflicts');
  if (!isObject(conflicts) || typeof conflicts['time'] !== 'string') return null;
  const places: readonly unknown[] = Array.isArray(conflicts['places']) ? conflicts['places'] : [];
  const time = conflicts['time'];
  const cells = new Map<string, CellOfBoth>();
  let isInText = false;
  for (const place of places) {
    if (!isObject(place) || !Array.isArray(place['what'])) continue;
    const what: readonly unknown[] = place['what'];
    const wasDeleted = what.includes('deleted');
    if (!wasDeleted && !what.includes('source')) continue;
    const id = place['cell_id'];
    if (typeof id !== 'string') isInText = true;
    else if (isThere(id)) cells.set(id, { id, wasDeleted });
  }
  if (kind === 'file') return isInText ? { time, cells: [] } : null;
  return cells.size === 0 ? null : { time, cells: [...cells.values()] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
