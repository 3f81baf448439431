/** A change of a cell as a tool describes it before and after, in its preview and its details. */
export interface ChangedCell {
  readonly cellId: string;
  readonly change: 'create' | 'edit' | 'move' | 'delete' | 'convert';
  readonly cellType: string;
  /** Sources; null where there is no such cell. */
  readonly before: string | null;
  readonly after: string | null;
  /** Counted from 0; null where it is not told. */
  readonly index: number | null;
}

const CHANGES: ReadonlySet<unknown> = new Set(['create', 'edit', 'move', 'delete', 'convert']);

/** What can be read as such of JSON that tools of other versions may have written. */
export function changedCells(json: Readonly<Record<string, unknown>> | null): readonly ChangedCell[] {
  const cells = json?.['cells'];
  if (!Array.isArray(cells)) return [];
  return cells.flatMap((cell: unknown): ChangedCell[] => {
    if (cell === null || typeof cell !== 'object') return [];
    const { cellId, change, cellType, before, after, index } = cell as Record<string, unknown>;
    if (typeof cellId !== 'string' || !CHANGES.has(change)) return [];
    return [
      {
        cellId,
        change: change as ChangedCell['change'],
        cellType: typeof cellType === 'string' ? cellType : 'code',
        before: typeof before === 'string' ? before : null,
        after: typeof after === 'string' ? after : null,
        index: typeof index === 'number' ? index : null,
      },
    ];
  });
}

const WORDS: Readonly<Record<ChangedCell['change'], string>> = {
  create: 'New',
  edit: 'Change of',
  move: 'Move of',
  delete: 'Removal of',
  convert: 'Conversion of',
};

/** `Change of code cell 3`; @param number from 1, where it is now; null where it is not there */
export function changeTitle({ change, cellType, index }: ChangedCell, number: number | null): string {
  const kind = cellType === 'markdown' ? 'Markdown' : cellType;
  const place = change === 'create' ? (index === null ? null : index + 1) : number;
  const where = place === null ? '' : change === 'create' ? ` as cell ${place}` : ` ${place}`;
  const to = change === 'move' && index !== null ? `, to place ${index + 1}` : '';
  const into = change === 'convert' ? ` into ${kind}` : '';
  return change === 'convert'
    ? `Conversion of cell${where}${into}`
    : `${WORDS[change]} ${kind} cell${where}${to}`;
}
