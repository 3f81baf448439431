import type { Mention } from './mentions.ts';
import type { CellView, NotebookView } from './notebook-view.ts';

/** Why a cell is told of, from what matters most: asked for, in trouble, near what is asked for, or just there. */
export type CellReason = 'selected' | 'mentioned' | 'failed' | 'running' | 'near' | 'rest';

export interface RankedCell {
  readonly cell: CellView;
  readonly index: number;
  readonly reason: CellReason;
}

const order: readonly CellReason[] = ['mentioned', 'selected', 'failed', 'running', 'near', 'rest'];
const nearest = 5;

/** The cells in the order in which they are given room. Within a reason the nearer to what the person looks at comes first. */
export function rankCells(view: NotebookView, mentions: readonly Mention[]): readonly RankedCell[] {
  const selected = new Set(view.selection?.cellIds);
  const active = view.selection?.activeCellId ?? null;
  if (active !== null) selected.add(active);
  const mentioned = new Set(mentions.flatMap((mention) => findMentionedCell(view, mention)?.id ?? []));
  const focus = view.cells.findIndex(({ id }) => id === active || selected.has(id) || mentioned.has(id));
  const distance = (index: number) => (focus === -1 ? view.cells.length - index : Math.abs(index - focus));
  const ranked = view.cells.map((cell, index): RankedCell => {
    if (mentioned.has(cell.id)) return { cell, index, reason: 'mentioned' };
    if (selected.has(cell.id)) return { cell, index, reason: 'selected' };
    if (cell.state === 'failed') return { cell, index, reason: 'failed' };
    if (cell.state === 'running' || cell.state === 'queued') return { cell, index, reason: 'running' };
    return { cell, index, reason: distance(index) <= nearest ? 'near' : 'rest' };
  });
  return ranked.sort(
    (one, other) =>
      order.indexOf(one.reason) - order.indexOf(other.reason) || distance(one.index) - distance(other.index),
  );
}

export function findMentionedCell(view: NotebookView, { kind, name }: Mention): CellView | undefined {
  if (kind !== 'cell') return undefined;
  const count = /^\[(\d+)\]$/.exec(name)?.[1];
  if (count !== undefined) return view.cells.find(({ executionCount }) => executionCount === Number(count));
  const byId = view.cells.find(({ id }) => id === name);
  return byId ?? (/^\d+$/.test(name) ? view.cells[Number(name) - 1] : undefined);
}
