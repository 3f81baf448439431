import { isDeepStrictEqual as isSame } from 'node:util';
import { mergeJson, mergeObjects, mergeValue } from './merge-json.ts';
import { commonText, mergeText } from './merge-text.ts';
import type { CellContent } from './cell-content.ts';

/** What both sides have changed of a cell; `deleted`: one has deleted what the other has changed. */
export type CellConflict = 'source' | 'metadata' | 'outputs' | 'type' | 'deleted';

export interface MergedCell {
  readonly cell: CellContent;
  readonly conflicts: readonly CellConflict[];
}

/** @param base null where nobody knows what both have come from */
export function mergeCell(base: CellContent | null, ours: CellContent, theirs: CellContent): MergedCell {
  if (base === null) return mergeCell(commonCell(ours, theirs), ours, theirs);
  const id = theirs.id === null ? ours.id : mergeValue(base.id, ours.id, theirs.id).value;
  const type = mergeValue(base.cell_type, ours.cell_type, theirs.cell_type);
  const source = mergeText(base.source, ours.source, theirs.source);
  const metadata = mergeObjects(base.metadata, ours.metadata, theirs.metadata);
  const attachments = mergeJson(base.attachments, ours.attachments, theirs.attachments);
  // One thing: a count without its outputs, or another run's, says what is not so.
  const results = mergeValue(base.results, ours.results, theirs.results);
  const isTheirs = !isSame(results.value, ours.results);
  const ofType = type.value === 'code' ? (results.value ?? ours.results ?? theirs.results) : null;
  const conflicts: CellConflict[] = [];
  if (source.conflicts) conflicts.push('source');
  if (metadata.conflicts || attachments.conflicts) conflicts.push('metadata');
  if (results.conflicts) conflicts.push('outputs');
  if (type.conflicts) conflicts.push('type');
  return {
    cell: {
      id,
      cell_type: type.value,
      source: source.text,
      metadata: metadata.value,
      results: ofType,
      attachments: attachments.value as CellContent['attachments'],
      trusted: isTheirs ? theirs.trusted : ours.trusted,
    },
    conflicts,
  };
}

/** Whether a side has done something to a cell that must not go with its deletion. */
export function isEdited(base: CellContent, cell: CellContent, countsResults: boolean): boolean {
  return (
    base.source !== cell.source ||
    base.cell_type !== cell.cell_type ||
    !isSame(base.attachments, cell.attachments) ||
    (countsResults && cell.results !== null && !isSame(base.results, cell.results))
  );
}

function commonCell(ours: CellContent, theirs: CellContent): CellContent {
  return { ...ours, source: commonText(ours.source, theirs.source), metadata: {}, attachments: null };
}
