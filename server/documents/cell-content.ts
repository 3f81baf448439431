import type { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

export type Json = { readonly [key: string]: unknown };

/** A cell as a shared notebook holds it: all of the format, and nothing besides. */
export interface CellContent {
  /** Null where its file gives it none of its own. */
  readonly id: string | null;
  readonly cell_type: string;
  readonly source: string;
  /** Without `trusted`. */
  readonly metadata: Json;
  /** Null for cells that are no code. */
  readonly results: CellResults | null;
  readonly attachments: Json | null;
  /** Whether its outputs may be rendered as they are. */
  readonly trusted: boolean;
}

/** What running it has left. */
export interface CellResults {
  readonly outputs: readonly Json[];
  readonly execution_count: number | null;
}

/** A notebook of format 4: what document and file have in common. */
export interface NotebookContent {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: Json;
  readonly cells: readonly CellContent[];
}

export const EMPTY_NOTEBOOK: NotebookContent = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };

/** @param notebook nbformat 4 JSON, texts joined; numbers as JavaScript has them */
export function notebookContent(notebook: Json): NotebookContent {
  const cells = notebook['cells'] as readonly Json[];
  const counts = new Map<unknown, number>();
  for (const { id } of cells) counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    nbformat: notebook['nbformat'] as number,
    nbformat_minor: notebook['nbformat_minor'] as number,
    metadata: notebook['metadata'] as Json,
    // Of two cells with one id nobody can say which is which.
    cells: cells.map((cell) => cellContent(cell, counts.get(cell['id']) === 1)),
  };
}

function cellContent(cell: Json, hasOwnId: boolean): CellContent {
  const { id, cell_type: type, source, attachments, outputs, execution_count: count } = cell;
  const { trusted, ...metadata } = (cell['metadata'] ?? {}) as Json;
  return {
    id: typeof id === 'string' && hasOwnId ? id : null,
    cell_type: String(type),
    // Yjs stores texts as UTF-8, which has no lone surrogates.
    source: typeof source === 'string' ? source.toWellFormed() : '',
    metadata,
    results:
      type === 'code'
        ? { outputs: (outputs ?? []) as readonly Json[], execution_count: (count ?? null) as number | null }
        : null,
    attachments: (attachments ?? null) as Json | null,
    trusted: trusted === true,
  };
}

/** What a shared notebook holds now. Reads Yjs itself: a model's own JSON is copied once more. */
export function contentOfNotebook({ ydoc }: Pick<YNotebook, 'ydoc'>): NotebookContent {
  const meta = ydoc.getMap('meta');
  const metadata = meta.get('metadata');
  return {
    nbformat: (meta.get('nbformat') as number | undefined) ?? EMPTY_NOTEBOOK.nbformat,
    nbformat_minor: (meta.get('nbformat_minor') as number | undefined) ?? EMPTY_NOTEBOOK.nbformat_minor,
    metadata: metadata instanceof Y.Map ? metadata.toJSON() : {},
    cells: cellsOf(ydoc).map((cell) => cellContent(cell.toJSON(), true)),
  };
}

export function cellsOf(ydoc: Y.Doc): Y.Map<unknown>[] {
  return ydoc.getArray<Y.Map<unknown>>('cells').toArray();
}

/** nbformat 4 JSON, texts joined; valid wherever its content is. */
export function notebookJson({ cells, ...rest }: NotebookContent): Json {
  const hasIds = rest.nbformat_minor >= 5;
  return { ...rest, cells: cells.map((cell) => cellJson(cell, hasIds)) };
}

function cellJson(cell: CellContent, hasIds: boolean): Json {
  const { id, cell_type, source, metadata, results, attachments, trusted } = cell;
  return {
    ...(hasIds && id !== null ? { id } : {}),
    cell_type,
    source,
    // Notebooks as clients send them have the mark; it is taken off before they are written.
    metadata: results === null ? metadata : { ...metadata, trusted },
    ...(results === null ? {} : results),
    ...(attachments === null ? {} : { attachments }),
  };
}
