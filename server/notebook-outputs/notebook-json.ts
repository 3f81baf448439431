export type JsonObject = Record<string, unknown>;

/** A notebook of format 4 as clients know it: texts in one piece, and code cells marked as trusted or not. */
export interface NotebookJson extends JsonObject {
  metadata: JsonObject;
  cells: JsonObject[];
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Cells have ids from format 4.5 on; before, they may have none. */
export function hasCellIds(notebook: NotebookJson): boolean {
  const { nbformat, nbformat_minor: minor } = notebook;
  return nbformat === 4 && typeof minor === 'number' && minor >= 5;
}
