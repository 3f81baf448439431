import * as Y from 'yjs';

type Json = Readonly<Record<string, unknown>>;

/**
 * Puts an nbformat 4 notebook into an empty document, in @jupyter/ydoc's schema. (Its own `fromJSON` reads types before
 * they are in a document, which Yjs complains of at each cell.)
 */
export function fillNotebook(ydoc: Y.Doc, notebook: Json): void {
  const { cells, metadata, nbformat, nbformat_minor: minor } = notebook;
  const meta = ydoc.getMap('meta');
  meta.set('nbformat', nbformat);
  meta.set('nbformat_minor', minor);
  const kept = yMapOf((metadata ?? {}) as Json);
  kept.delete('orig_nbformat'); // no longer true
  meta.set('metadata', kept);
  ydoc.getArray<Y.Map<unknown>>('cells').insert(0, (cells as Json[]).map(cellMap));
}

/** A cell of a notebook as the shared type that is inserted for it. One without an id gets one. */
function cellMap(cell: Json): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  map.set('id', cell['id'] ?? crypto.randomUUID());
  map.set('cell_type', cell['cell_type']);
  map.set('source', new Y.Text(textOf(cell['source'])));
  map.set('metadata', yMapOf((cell['metadata'] ?? {}) as Json));
  if (cell['cell_type'] === 'code') {
    map.set('execution_count', cell['execution_count'] ?? null);
    map.set('outputs', Y.Array.from(((cell['outputs'] ?? []) as Json[]).map(outputMap)));
  } else if (cell['attachments'] !== undefined) map.set('attachments', cell['attachments']);
  return map;
}

/** An output likewise: the text of a stream grows while it is printed, so it is a text of its own. */
function outputMap(output: Json): Y.Map<unknown> {
  if (output['output_type'] !== 'stream') return yMapOf(output);
  return yMapOf({ ...output, text: new Y.Text(textOf(output['text'])) });
}

function yMapOf(members: Json): Y.Map<unknown> {
  return new Y.Map(Object.entries(members));
}

function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';
}
