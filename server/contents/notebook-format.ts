import type { JsonObject } from './json-object.ts';
import { isJsonObject, without } from './json-object.ts';
import { isExactNumber } from './exact-number.ts';
import { parseLosslessJson } from './lossless-json.ts';
import { withCellIds } from './notebook-cell-ids.ts';
import { joinCell, splitCell } from './notebook-multiline.ts';
import { notebookText } from './notebook-text.ts';
import { reprText } from '../python-text.ts';
import { pythonType, reprValue } from './python-repr.ts';

/** A notebook of format 4 whose frame was checked; what its cells hold may still break the format. */
export interface Notebook extends JsonObject {
  metadata: JsonObject;
  cells: JsonObject[];
}

/** Why a text or a value is no notebook, in the words that nbformat's exceptions have in Jupyter's answers. */
export class NotebookFormatError extends Error {
  constructor(
    /** The Python exception that nbformat has for it. */
    readonly exception: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'NotebookFormatError';
  }

  /** As Python's `repr` of that exception. */
  get repr(): string {
    if (this.exception === 'ValidationError') return `<ValidationError: ${reprText(this.message)}>`;
    return `${this.exception}(${reprText(this.message)})`;
  }
}

/** The format's major version; notebooks of the first did not say it. NaN where it is no number. */
export function majorVersion(notebook: JsonObject): number {
  return 'nbformat' in notebook ? versionNumber(notebook['nbformat']) : 1;
}

export function minorVersion(notebook: JsonObject): number {
  return 'nbformat_minor' in notebook ? versionNumber(notebook['nbformat_minor']) : 0;
}

function versionNumber(value: unknown): number {
  if (isExactNumber(value)) return Number(value.rawJSON);
  return typeof value === 'number' ? value : NaN;
}

/** The JSON of a notebook file, of any version. @throws NotebookFormatError */
export function parseNotebookJson(text: string): JsonObject {
  let value: unknown;
  try {
    value = parseLosslessJson(text);
  } catch (error) {
    const message = `Notebook does not appear to be JSON: ${reprText(text.slice(0, 80))}`;
    const short = message.length > 80 || text.length > 80 ? `${message.slice(0, 77)}...` : message;
    throw new NotebookFormatError('NotJSONError', short, { cause: error });
  }
  if (isJsonObject(value)) return value;
  throw new NotebookFormatError('AttributeError', `'${pythonType(value)}' object has no attribute 'get'`);
}

/** A version 4 notebook as on disk -> as clients know it: texts joined, transient metadata gone, cells with ids. */
export function readNotebook(raw: JsonObject): Notebook {
  const notebook = checkedFrame(raw);
  const cells = withCellIds(notebook.cells.map(joinCell), minorVersion(raw)) as JsonObject[];
  return withoutTransient(raw, notebook, cells);
}

/** What a client sent, in the two forms that a save needs. */
export interface NotebookToSave {
  /** Every cell with its id: this is what trust and validity are asked of, as nbformat asks them. */
  readonly sent: Notebook;
  /** Without what only clients know: this is what is signed and written. */
  readonly notebook: Notebook;
}

/**
 * @throws NotebookFormatError in words of our own for what could never be read again
 */
export function notebookToSave(raw: JsonObject): NotebookToSave {
  const refuse = (why: string): never => {
    throw new NotebookFormatError('ValidationError', why);
  };
  const { metadata, cells } = raw;
  if (majorVersion(raw) !== 4) refuse(`there is no nbformat ${reprValue(raw['nbformat'])}`);
  if (!isJsonObject(metadata)) return refuse('its metadata are no JSON object');
  if (!Array.isArray(cells)) return refuse('it has no list of cells');
  for (const cell of cells as unknown[]) {
    if (!isJsonObject(cell) || !('cell_type' in cell) || !isJsonObject(cell['metadata']))
      refuse('each cell must be a JSON object with cell_type and metadata');
  }
  const identified = withCellIds(cells, minorVersion(raw)) as JsonObject[];
  const notebook = withoutTransient(raw, { metadata, cells }, identified);
  return { sent: { ...raw, metadata, cells: identified }, notebook };
}

/** The file of a notebook: exactly what `nbformat.write` makes of it. */
export function notebookFileText(notebook: Notebook): Buffer<ArrayBuffer> {
  return notebookText({ ...notebook, cells: notebook.cells.map(splitCell) });
}

interface Frame {
  readonly metadata: JsonObject;
  readonly cells: readonly JsonObject[];
}

function checkedFrame(raw: JsonObject): Frame {
  const { metadata, cells } = raw;
  const missing = (key: string): never => {
    throw new NotebookFormatError(
      'ValidationError',
      `The notebook is invalid and is missing an expected key: ${key}`,
    );
  };
  if (majorVersion(raw) !== 4) {
    throw new NotebookFormatError('NBFormatError', `Unsupported nbformat version ${String(raw['nbformat'])}`);
  }
  if (!Array.isArray(cells)) return missing('cells');
  if (!isJsonObject(metadata)) return missing('metadata');
  for (const cell of cells as unknown[]) {
    if (!isJsonObject(cell)) {
      throw new NotebookFormatError('TypeError', `'${pythonType(cell)}' object is not subscriptable`);
    }
    if (!('cell_type' in cell)) missing('cell_type');
    if (!isJsonObject(cell['metadata'])) missing('metadata');
  }
  return { metadata, cells: cells as JsonObject[] };
}

function withoutTransient(raw: JsonObject, frame: Frame, cells: readonly JsonObject[]): Notebook {
  const bare = cells.map((cell) => {
    const metadata = cell['metadata'] as JsonObject;
    return 'trusted' in metadata ? { ...cell, metadata: without(metadata, 'trusted') } : cell;
  });
  const metadata = without(frame.metadata, 'orig_nbformat', 'orig_nbformat_minor', 'signature');
  return { ...raw, metadata, cells: bare };
}
