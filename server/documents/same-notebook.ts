import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from './canonical-json.ts';
import type { CellContent, NotebookContent } from './cell-content.ts';

/**
 * Whether a file that holds the one holds the other: cells without ids of their own may have any, marks of trust are in no
 * file, and keys may have any order.
 */
export function isSameNotebook(document: NotebookContent, file: NotebookContent): boolean {
  return (
    document.nbformat === file.nbformat &&
    document.nbformat_minor === file.nbformat_minor &&
    document.cells.length === file.cells.length &&
    isSameJson(document.metadata, file.metadata) &&
    document.cells.every((cell, at) => isSameCell(cell, file.cells[at]!, file.nbformat_minor >= 5))
  );
}

function isSameCell(document: CellContent, file: CellContent, hasIds: boolean): boolean {
  return (
    (!hasIds || file.id === null || document.id === file.id) &&
    document.cell_type === file.cell_type &&
    document.source === file.source &&
    isSameJson(document.metadata, file.metadata) &&
    isSameJson(document.results, file.results) &&
    isSameJson(document.attachments, file.attachments)
  );
}

/** The first way is quick where both hold the same objects, as with outputs; the other counts. */
function isSameJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other) || canonicalJson(one) === canonicalJson(other);
}
