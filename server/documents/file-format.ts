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
import { readReference } from './output-reference.ts';
import { isSameNotebook } from './same-notebook.ts';
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
  /** Whether the document, just made of this, holds all of it and nothing else. */
  isMadeOf(file: Parsed): Promise<boolean>;
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
      const { parsed, form } = notebookRead(await files.readNotebook(bytes));
      return { parsed: (await (await opened())?.restored(parsed)) ?? parsed, form };
    },
    content,
    write: (content, form) => files.notebookBytes(notebookJson(content), form as Json | null),
    async isMadeOf(file) {
      await opened();
      // What it only refers to itself is still to be looked for.
      const refers = ({ results }: CellContent): boolean =>
        results?.outputs.some((output) => readReference(output) !== null) ?? false;
      return !file.cells.some(refers) && isSameNotebook(content(), file);
    },
    isSame: isSameNotebook,
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
      return Promise.resolve(textRead(files.readText(bytes)));
    },
    content: () => model.getSource(),
    write(text, form) {
      const written = typeof form === 'string' ? withLineEndsOf(form, text) : text;
      return { bytes: Buffer.from(written), sign: () => undefined };
    },
    isMadeOf: (file) => Promise.resolve(model.getSource() === file),
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

/** A notebook as it is in its file; outputs that it only refers to are not looked for. */
export function notebookRead({
  notebook,
  exact,
  isTrusted,
}: Awaited<ReturnType<SharedFileAccess['readNotebook']>>): {
  readonly parsed: NotebookContent;
  readonly form: FileForm;
} {
  const content = notebookContent(notebook);
  const cells = content.cells.map((cell) => ({ ...cell, trusted: isTrusted }));
  return { parsed: { ...content, cells }, form: exact === notebook ? null : exact };
}

export function textRead(text: string): { readonly parsed: string; readonly form: FileForm } {
  return { parsed: withPlainLineEnds(text), form: text.includes('\r') ? text : null };
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
