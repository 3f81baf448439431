import { isDeepStrictEqual } from 'node:util';
import type { SharedCell, YCellType, YFile, YNotebook } from '@jupyter/ydoc';
import diff from 'fast-diff';
import type { Text } from 'yjs';
import { joinLines } from './join-lines.ts';
import { longestRising } from './longest-rising.ts';
import type { NotebookCell } from './notebook-cells.ts';

/**
 * Makes a shared notebook's cells these, by the smallest change: what stays keeps its cursors. What a kernel is just
 * putting out is left alone. To be called within a transaction.
 * @param asTheyAre of `cells`, those whose content is not touched
 */
export function restoreNotebook(
  model: YNotebook,
  cells: readonly NotebookCell[],
  asTheyAre: ReadonlySet<NotebookCell>,
): void {
  // Before anything is changed: the model's own list follows only at the end of the transaction.
  const present = [...model.cells];
  const wanted = new Map(cells.map((cell, place) => [cell.id, { cell, place }]));
  const places = present.flatMap((cell) => {
    const goal = wanted.get(cell.id);
    return goal?.cell.type === cell.cell_type ? goal.place : [];
  });
  const inOrder = longestRising(places);
  const staying = new Map<number, YCellType>();
  const moved = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [place, cell] of [...present.entries()].reverse()) {
    const goal = wanted.get(cell.id);
    if (goal?.cell.type === cell.cell_type && inOrder.has(goal.place) && !staying.has(goal.place)) {
      staying.set(goal.place, cell);
      continue;
    }
    moved.set(cell.id, jsonOf(cell));
    model.deleteCell(place);
  }
  cells.forEach((cell, place) => {
    const stays = staying.get(place);
    const isAsItIs = asTheyAre.has(cell);
    if (stays === undefined) {
      const json = joinLines((isAsItIs ? moved.get(cell.id) : undefined) ?? cell.json);
      model.insertCell(place, json as unknown as SharedCell.Cell);
    } else if (!isAsItIs) restoreCell(stays, joinLines(cell.json));
  });
}

export function restoreFile(model: YFile, text: string): void {
  restoreText(model.ysource, text);
}

function restoreCell(cell: YCellType, json: Readonly<Record<string, unknown>>): void {
  restoreText(cell.ysource, typeof json['source'] === 'string' ? json['source'] : '');
  const now = joinLines(jsonOf(cell));
  const metadata = json['metadata'] ?? {};
  if (!isDeepStrictEqual(now['metadata'] ?? {}, metadata)) cell.setMetadata(metadata);
  if (cell.cell_type === 'code') {
    if (cell.executionState === 'running') return;
    const outputs = json['outputs'] ?? [];
    if (!isDeepStrictEqual(now['outputs'], outputs))
      cell.setOutputs(outputs as Parameters<typeof cell.setOutputs>[0]);
    const count = (json['execution_count'] ?? null) as number | null;
    if (cell.execution_count !== count) cell.execution_count = count;
  } else if (!isDeepStrictEqual(now['attachments'] ?? {}, json['attachments'] ?? {}))
    cell.setAttachments((json['attachments'] ?? {}) as Parameters<typeof cell.setAttachments>[0]);
}

function jsonOf(cell: YCellType): Readonly<Record<string, unknown>> {
  return cell.toJSON();
}

/** Character by character, so that cursors stay in what stays. */
function restoreText(text: Text, wanted: string): void {
  let place = 0;
  for (const [kind, piece] of diff(text.toJSON(), wanted)) {
    if (kind === diff.DELETE) text.delete(place, piece.length);
    else if (kind === diff.INSERT) text.insert(place, piece);
    if (kind !== diff.DELETE) place += piece.length;
  }
}
