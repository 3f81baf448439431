import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import { ToolError } from '../../ai-agent/tool.ts';

/** A cell of a shared notebook, as @jupyter/ydoc has it. */
export type SharedCell = Y.Map<unknown>;
export type CellType = 'code' | 'markdown' | 'raw';

export function cellsIn(ydoc: Y.Doc): Y.Array<SharedCell> {
  return ydoc.getArray<SharedCell>('cells');
}

/** Where the cell is and what it is; null where there is none of that id. */
export function placeOfCell(
  ydoc: Y.Doc,
  cellId: string,
): { readonly cell: SharedCell; readonly index: number } | null {
  let index = 0;
  for (const cell of cellsIn(ydoc)) {
    if (cell.get('id') === cellId) return { cell, index };
    index += 1;
  }
  return null;
}

/** @throws ToolError where there is none of that id */
export function findCell(ydoc: Y.Doc, cellId: string): { readonly cell: SharedCell; readonly index: number } {
  const place = placeOfCell(ydoc, cellId);
  if (place !== null) return place;
  throw new ToolError(
    `There is no cell with the id ${JSON.stringify(cellId)}. It may have been deleted; read_notebook tells the ids that there are.`,
  );
}

export function idOf(cell: SharedCell): string {
  return String(cell.get('id'));
}

export function typeOf(cell: SharedCell): CellType {
  const type = cell.get('cell_type');
  return type === 'markdown' || type === 'raw' ? type : 'code';
}

export function sourceOf(cell: SharedCell): string {
  const source = cell.get('source');
  return source instanceof Y.Text ? source.toJSON() : '';
}

/** SHA-256 of a cell's source, in hexadecimal digits: runs name theirs so, too. */
export function sourceHash(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

export interface NewCell {
  readonly id: string;
  readonly type: CellType;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attachments?: unknown;
  /** Of a code cell. */
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
  readonly executionCount: number | null;
}

/** In the order of keys that @jupyter/ydoc makes cells in: what is typed into a copy of one is told from it by that. */
export function newSharedCell(cell: NewCell): SharedCell {
  const { id, type, source, metadata, attachments, outputs, executionCount } = cell;
  const entries: [string, unknown][] = [
    ['source', new Y.Text(source)],
    ['metadata', new Y.Map(Object.entries(metadata))],
    ['cell_type', type],
    ['id', id],
  ];
  if (type === 'code')
    entries.push(['outputs', Y.Array.from(outputs.map(newOutput))], ['execution_count', executionCount]);
  if (attachments !== undefined && type !== 'code') entries.push(['attachments', attachments]);
  return new Y.Map(entries);
}

/** All that makes a cell anew. */
export function contentOf(cell: SharedCell): NewCell {
  const { metadata, attachments, outputs, execution_count: count } = cell.toJSON();
  return {
    id: idOf(cell),
    type: typeOf(cell),
    source: sourceOf(cell),
    metadata: (metadata ?? {}) as NewCell['metadata'],
    attachments: attachments as unknown,
    outputs: (outputs ?? []) as NewCell['outputs'],
    executionCount: typeof count === 'number' ? count : null,
  };
}

/** The text of a stream grows while a cell runs, so it is a shared text. */
function newOutput(output: Readonly<Record<string, unknown>>): Y.Map<unknown> {
  const { output_type: type, text } = output;
  const isStream = type === 'stream' && typeof text === 'string';
  return new Y.Map(Object.entries(isStream ? { ...output, text: new Y.Text(text) } : output));
}
