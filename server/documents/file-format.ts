import { isDeepStrictEqual } from 'node:util';
import { YNotebook } from '@jupyter/ydoc';
import type { YFile } from '@jupyter/ydoc';
import { applyNotebook, applyText, referLarge } from './apply-to-ydoc.ts';
import type { CellContent, Json, NotebookContent } from './cell-content.ts';
import { contentOfNotebook, notebookContent, notebookJson } from './cell-content.ts';
import type { DocumentOutputs } from './document-outputs.ts';
import { NO_REFERENCES, withOutputs } from './document-outputs.ts';
import { withLineEndsOf, withPlainLineEnds } from './line-ends.ts';
import type { CellConflict } from './merge-cell.ts';
import { mergeNotebook } from './merge-notebook.ts';
import { commonText, mergeText } from './merge-text.ts';
import type { SharedFileAccess } from './shared-file-access.ts';
import { hunksBetween, linesApart } from './text-hunks.ts';

export interface MergeConflict {
  /** Null in a text file, and for a notebook's own metadata. */
  readonly cellId: string | null;
  readonly what: readonly CellConflict[];
}

/** What is kept of a file for the writing of the next one: numbers, or line ends. Null where that needs nothing. */
export type FileForm = Json | string | null;

export interface WrittenForm {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly sign: () => void;
}

/** The bytes of a file <-> a shared document. `Parsed` is what both have in common. */
export interface FileFormat<Parsed> {
  /**
   * Reads what the document only refers to: to be awaited before `content` and `merge`.
   * @param others bytes of files that may have what is lost
   */
  ready(others: () => Promise<readonly Buffer<ArrayBuffer>[]>): Promise<void>;
  /** Puts beside the document what it will only refer to: to be awaited before `merge`. */
  keep(theirs: Parsed): Promise<void>;
  /** Likewise what it has itself that is too large by now. @returns what changes that, in a transaction; null: nothing */
  shrink(): Promise<(() => void) | null>;
  /** @throws the reason, where the bytes are no such file */
  parse(bytes: Buffer<ArrayBuffer>): Promise<{ readonly parsed: Parsed; readonly form: FileForm }>;
  /** @throws UnreadOutputError: what it refers to was not read yet */
  content(): Parsed;
  write(content: Parsed, form: FileForm): WrittenForm;
  /** Whether a file that holds the one holds the other: cells without ids of their own may have any. */
  isSame(document: Parsed, file: Parsed): boolean;
  /**
   * Takes theirs into the document, in a transaction.
   * @param base null where nobody knows what both have come from
   */
  merge(base: Parsed | null, theirs: Parsed): readonly MergeConflict[];
  /** How much is different. */
  distance(one: Parsed, other: Parsed): number;
}

/** @param outputs of a notebook, kept beside it; null where all are in it */
export function fileFormat(
  model: YNotebook | YFile,
  files: SharedFileAccess,
  outputs: (() => Promise<DocumentOutputs>) | null = null,
): FileFormat<unknown> {
  const format =
    model instanceof YNotebook ? notebookFormat(model, files, outputs) : textFormat(model, files);
  return format;
}

function notebookFormat(
  model: YNotebook,
  files: SharedFileAccess,
  outputsOf: (() => Promise<DocumentOutputs>) | null,
): FileFormat<NotebookContent> {
  let outputs: DocumentOutputs | null = null;
  const opened = async (): Promise<DocumentOutputs | null> => (outputs ??= (await outputsOf?.()) ?? null);
  const content = (): NotebookContent => {
    const held = contentOfNotebook(model);
    const references = outputs;
    return references === null ? held : withOutputs(held, (output) => references.restore(output));
  };
  const read = async (bytes: Buffer<ArrayBuffer>): Promise<NotebookContent> =>
    notebookContent((await files.readNotebook(bytes)).notebook);
  const textOf = (content: NotebookContent): string => JSON.stringify(notebookJson(content), null, 1);
  return {
    async ready(others) {
      // Of files that cannot be read nothing is got back.
      const readAll = async (): Promise<NotebookContent[]> =>
        (await Promise.all((await others()).map((bytes) => read(bytes).catch(() => null)))).filter(
          (each) => each !== null,
        );
      await (await opened())?.ready(model.ydoc, readAll);
    },
    async keep(theirs) {
      const references = await opened();
      await references?.keepNotebook(theirs);
      await references?.tidy(model.ydoc);
    },
    async shrink() {
      const references = await opened();
      if (references === null) return null;
      const held = contentOfNotebook(model);
      await references.keepNotebook(held);
      const isSmaller = ({ results }: CellContent): boolean =>
        results?.outputs.some((output) => references.refer(output) !== output) ?? false;
      return held.cells.some(isSmaller) ? () => referLarge(model.ydoc, references) : null;
    },
    async parse(bytes) {
      const { notebook, exact, isTrusted } = await files.readNotebook(bytes);
      const read = notebookContent(notebook);
      const content = (await (await opened())?.restored(read)) ?? read;
      const cells = content.cells.map((cell) => ({ ...cell, trusted: isTrusted }));
      return { parsed: { ...content, cells }, form: exact === notebook ? null : exact };
    },
    content,
    write: (content, form) => files.notebookBytes(notebookJson(content), form as Json | null),
    isSame(document, file) {
      if (document.cells.length !== file.cells.length) return false;
      const like = document.cells.map((cell, index) => {
        const id = file.cells[index]?.id ?? null;
        return { ...cell, id: id === null ? null : cell.id };
      });
      return textOf(unmarked({ ...document, cells: like })) === textOf(unmarked(file));
    },
    merge(base, theirs) {
      const ours = content();
      const merged = mergeNotebook(base ?? { ...theirs, metadata: {}, cells: [] }, ours, theirs);
      applyNotebook(model, merged, outputs ?? NO_REFERENCES);
      return merged.conflicts;
    },
    // Of two with the same sources the one with the same outputs is nearer.
    distance: (one, other) => distance(sourcesOf(one), sourcesOf(other)) + resultsApart(one, other),
  };
}

function textFormat(model: YFile, files: SharedFileAccess): FileFormat<string> {
  return {
    ready: () => Promise.resolve(),
    keep: () => Promise.resolve(),
    shrink: () => Promise.resolve(null),
    parse(bytes) {
      const text = files.readText(bytes);
      return Promise.resolve({ parsed: withPlainLineEnds(text), form: text.includes('\r') ? text : null });
    },
    content: () => model.getSource(),
    write(text, form) {
      const written = typeof form === 'string' ? withLineEndsOf(form, text) : text;
      return { bytes: Buffer.from(written), sign: () => undefined };
    },
    isSame: (document, file) => document === file,
    merge(base, theirs) {
      const ours = model.getSource();
      const { text, conflicts } = mergeText(base ?? commonText(ours, theirs), ours, theirs);
      applyText(model, text);
      return conflicts ? [{ cellId: null, what: ['source'] }] : [];
    },
    distance,
  };
}

function sourcesOf({ cells }: NotebookContent): string {
  return cells.map(({ id, source }) => `${id}\n${source}\n`).join('');
}

/** Which part of the cells has other results there: less than 1. */
function resultsApart({ cells }: NotebookContent, other: NotebookContent): number {
  const results = new Map(other.cells.map((cell) => [cell.id, cell.results]));
  const apart = cells.filter((cell) => !isDeepStrictEqual(cell.results, results.get(cell.id) ?? null));
  return apart.length / (cells.length + 1);
}

/** The marks are not in the file. Keys are in one order, whoever set them. */
function unmarked({ cells, metadata, ...rest }: NotebookContent): NotebookContent {
  return {
    ...rest,
    metadata: inOrder(metadata) as Json,
    cells: cells.map((cell) => ({
      ...cell,
      trusted: false,
      metadata: inOrder(cell.metadata) as Json,
      attachments: inOrder(cell.attachments) as Json | null,
      results: inOrder(cell.results) as typeof cell.results,
    })),
  };
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, of]) => [key, inOrder(of)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * By characters alone, a text with somebody else's line in the place of a new one that is much like it would be nearer than
 * the one that the new line was put into.
 */
function distance(one: string, other: string): number {
  const characters = hunksBetween(one, other).reduce(
    (sum, { start, end, text }) => sum + end - start + text.length,
    0,
  );
  return linesApart(one, other) + characters;
}
