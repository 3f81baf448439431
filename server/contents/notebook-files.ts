import { isAscii, isUtf8 } from 'node:buffer';
import { hash, webcrypto } from 'node:crypto';
import { rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ContentError } from './content-error.ts';
import { plainNumbers, withExactNumbers } from './exact-values.ts';
import { isoTime } from './iso-time.ts';
import type { JsonObject } from './json-object.ts';
import { isJsonObject, without } from './json-object.ts';
import type { Notebook } from './notebook-format.ts';
import {
  majorVersion,
  NotebookFormatError,
  notebookFileText,
  notebookToSave,
  parseNotebookJson,
  readNotebook,
} from './notebook-format.ts';
import type { FileStats, NotebookSaving } from './notebook-outputs.ts';
import type { NotebookTrust } from './notebook-trust.ts';
import { areCellsTrusted, markCells } from './notebook-trust.ts';
import { notebookProblem } from './notebook-validation.ts';
import type { PythonNbformat } from './python-nbformat.ts';
import { readBytes } from './read-bytes.ts';
import { ChangedMeanwhileError, replaceFile, type Target } from './replace-file.ts';
import { validationMessage } from './validation-message.ts';

export interface NotebookRead {
  /** As clients get it: code cells marked as trusted or not. */
  readonly notebook: Notebook;
  /** False where another reading may give its cells other ids. */
  readonly idsAreOwn: boolean;
  readonly bytes: Buffer<ArrayBuffer>;
  /** Why it is not a valid notebook. */
  readonly message: string | null;
}

interface UntrustedRead {
  readonly notebook: Notebook;
  readonly bytes: Buffer<ArrayBuffer>;
  readonly isValid: boolean;
  /** False where another reading may give its cells other ids. */
  readonly idsAreOwn: boolean;
  /** What a person should know of a notebook that is valid. */
  readonly note: string | null;
}

/** A notebook as it is on disk, for whoever puts outputs into it. */
export interface NotebookOnDisk {
  readonly notebook: Notebook;
  readonly sha256: string;
  readonly stats: FileStats;
  /** Of its last writing: ISO 8601, UTC, microseconds. */
  readonly modified: string;
  readonly idsAreOwn: boolean;
  readonly isTrusted: boolean;
}

/** What is written in its place; null: nothing. */
export type EditNotebook = (file: NotebookOnDisk) => Promise<{
  readonly notebook: JsonObject;
  readonly isTrusted: boolean;
  /** Whether what is replaced is kept as a version (I6). */
  readonly keepsExisting: boolean;
  /** Called once before anything is in its place. */
  announce(sha256: string): Promise<void>;
} | null>;

export interface NotebookRewritten {
  readonly sha256: string;
  readonly stats: FileStats;
}

export interface NotebookSaved {
  readonly size: number;
  readonly sha256: string;
  readonly message: string | null;
}

/** Notebook files: format, validity and trust brought together. */
export class NotebookFiles {
  readonly #trust: NotebookTrust;
  readonly #nbformat: PythonNbformat;
  readonly #warn: (message: string) => void;

  constructor(trust: NotebookTrust, nbformat: PythonNbformat, warn: (message: string) => void) {
    this.#trust = trust;
    this.#nbformat = nbformat;
    this.#warn = warn;
  }

  /** @throws ContentError for what is no notebook */
  async read(diskPath: string): Promise<NotebookRead> {
    const { notebook, bytes, isValid, idsAreOwn, note } = await this.#readUntrusted(diskPath).catch(
      async (error: unknown) => {
        if (!(error instanceof NotebookFormatError)) throw error;
        const restored = await this.#restoreIntermediate(diskPath);
        if (restored !== null) return restored;
        const why = `Unreadable Notebook: ${diskPath} ${error.repr}`;
        throw new ContentError('invalid', why, null, { cause: error });
      },
    );
    const trusted = this.#tryTrust(diskPath, () => this.#trust.isSigned(notebook)) ?? false;
    const marked = markCells(notebook, trusted);
    // Rare, so it is looked for again: jupyter_server's message shows the marked cell.
    const problem = isValid ? null : notebookProblem(marked);
    return {
      notebook: marked,
      idsAreOwn,
      bytes,
      message: problem === null ? note : validationMessage(problem),
    };
  }

  /**
   * Writes what a client sent, valid or not.
   * @param saving what is kept that it lacks
   * @throws NotebookFormatError for what is no notebook at all
   */
  async save(
    target: Target,
    content: unknown,
    saving?: (sent: Notebook) => Promise<NotebookSaving>,
  ): Promise<NotebookSaved> {
    if (!isJsonObject(content) || !('nbformat' in content))
      throw new NotebookFormatError('ValidationError', 'a notebook is a JSON object that says its nbformat');
    if (isOld(content)) return this.#saveOld(target, content);
    const asSent = notebookToSave(content);
    const merged = await saving?.(asSent.sent);
    const { sent, notebook } =
      merged === undefined || merged.notebook === asSent.sent ? asSent : notebookToSave(merged.notebook);
    const { existing } = target;
    const isKept = existing === null || merged === undefined || merged.keepsExisting(existing);
    const trusted = areCellsTrusted(sent.cells);
    const bytes = notebookFileText(notebook);
    let message: string | null = null;
    let digest = '';
    // Here, not beside: copying the bytes over to another thread would take half as long as hashing them.
    await replaceFile(isKept ? target : { ...target, keep: null }, bytes, () => {
      digest = hash('sha256', bytes);
      if (trusted) this.#tryTrust(target.diskPath, () => this.#trust.sign(notebook));
      const problem = notebookProblem(sent);
      if (problem !== null) message = validationMessage(problem);
    });
    if (merged !== undefined) {
      const stats = await stat(target.diskPath);
      await merged.saved({ sha256: digest, modified: isoTime(stats.mtimeMs) }, stats);
    }
    return { size: bytes.length, sha256: digest, message };
  }

  /**
   * Writes what `edit` makes of a valid notebook of today's format; nothing for null.
   * @throws ContentError, NotebookFormatError for what is none; the system's error where it cannot be written
   */
  async rewrite(target: Target, edit: EditNotebook): Promise<NotebookRewritten | null> {
    const { existing } = target;
    if (existing === null) return null;
    const { notebook, bytes, isValid, idsAreOwn } = await this.#readUntrusted(target.diskPath);
    if (!isValid || !idsAreOwn) throw new ContentError('invalid', 'it is no valid notebook of format 4');
    const edited = await edit({
      notebook,
      sha256: hash('sha256', bytes),
      stats: existing,
      modified: isoTime(existing.mtimeMs),
      idsAreOwn,
      isTrusted: this.#tryTrust(target.diskPath, () => this.#trust.isSigned(notebook)) ?? false,
    });
    if (edited === null) return null;
    const { sent, notebook: written } = notebookToSave(edited.notebook);
    const problem = notebookProblem(sent);
    if (problem !== null) throw new ContentError('invalid', validationMessage(problem));
    const text = notebookFileText(written);
    const sha256 = hash('sha256', text);
    await edited.announce(sha256);
    const keep = edited.keepsExisting ? target.keep : null;
    const stats = await replaceFile({ ...target, keep, mustBeUnchanged: true }, text).catch(
      (error: unknown) => {
        if (!(error instanceof ChangedMeanwhileError)) throw error;
        throw new ContentError('failed', 'another program has written it meanwhile', null, { cause: error });
      },
    );
    if (edited.isTrusted) this.#tryTrust(target.diskPath, () => this.#trust.sign(written));
    return { sha256, stats };
  }

  /** As it was sent, in its old format: a later reading upgrades it, and signs nothing that was trusted before. */
  async #saveOld(target: Target, content: JsonObject): Promise<NotebookSaved> {
    const { text, message } = await this.#nbformat.write(JSON.stringify(content));
    const bytes = Buffer.from(text);
    const [digest] = await Promise.all([sha256(bytes), replaceFile(target, bytes)]);
    return { size: bytes.length, sha256: digest, message };
  }

  /** Signs the notebook as it is on disk. */
  async trust(diskPath: string): Promise<void> {
    const { notebook } = await this.read(diskPath);
    this.#trust.sign(unmarked(notebook));
  }

  /** @throws ContentError, NotebookFormatError for what is no valid notebook */
  async parseValid(bytes: Buffer<ArrayBuffer>): Promise<{
    readonly notebook: Notebook;
    /** With the numbers that JavaScript has no like of. */
    readonly exact: Notebook;
    readonly isTrusted: boolean;
  }> {
    const { notebook, raw } = await this.#parse(bytes, 'it');
    const problem = notebookProblem(notebook);
    if (problem !== null) throw new ContentError('invalid', validationMessage(problem));
    const isTrusted = this.#tryTrust('A notebook', () => this.#trust.isSigned(notebook)) ?? false;
    // Ids that were made up for this reading are nobody's.
    const own = isOld(raw) ? [] : (raw['cells'] as readonly JsonObject[]);
    const cells = notebook.cells.map((cell, index) =>
      own[index]?.['id'] === cell['id'] ? cell : without(cell, 'id'),
    );
    const exact = { ...notebook, cells };
    return { notebook: plainNumbers(exact), exact, isTrusted };
  }

  /**
   * What a client has of a notebook, as it is written.
   * @param exact an earlier reading, for the numbers that are still the same
   * @throws NotebookFormatError for what is no notebook at all
   */
  toWrite(
    content: JsonObject,
    exact: JsonObject | null,
  ): { readonly bytes: Buffer<ArrayBuffer>; readonly sign: () => void } {
    const { sent, notebook } = notebookToSave(exact === null ? content : withExactNumbers(content, exact));
    return {
      bytes: notebookFileText(notebook),
      sign: () => {
        if (areCellsTrusted(sent.cells)) this.#tryTrust('A notebook', () => this.#trust.sign(notebook));
      },
    };
  }

  async #readUntrusted(diskPath: string): Promise<UntrustedRead> {
    const bytes = await readBytes(diskPath);
    const { text, raw, notebook } = await this.#parse(bytes, diskPath);
    return {
      notebook,
      bytes,
      isValid: notebookProblem(notebook) === null,
      idsAreOwn: !isOld(raw),
      note: nonFiniteNote(text, notebook),
    };
  }

  async #parse(
    bytes: Buffer<ArrayBuffer>,
    name: string,
  ): Promise<{ readonly text: string; readonly raw: JsonObject; readonly notebook: Notebook }> {
    if (!isUtf8(bytes)) throw new ContentError('invalid', `${name} is not UTF-8 encoded`, 'bad format');
    const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'); // the same, and half the time
    const raw = parseNotebookJson(text);
    const notebook = isOld(raw)
      ? (parseNotebookJson(await this.#nbformat.upgrade(text)) as Notebook)
      : readNotebook(raw);
    return { text, raw, notebook };
  }

  /**
   * A jupyter_server that was killed while it saved left a torn file and the version before it as `.~<name>`. Like
   * jupyter_server, the next reading puts that one back, if it is whole, and keeps the torn one as `<name>.invalid`.
   */
  async #restoreIntermediate(diskPath: string): Promise<UntrustedRead | null> {
    const intermediate = join(dirname(diskPath), `.~${basename(diskPath)}`);
    const read = await this.#readUntrusted(intermediate).catch(() => null);
    if (read === null) return null;
    await rename(diskPath, `${diskPath}.invalid`);
    await rename(intermediate, diskPath);
    this.#warn(`${diskPath} was torn; the version before it is back, the torn one is ${diskPath}.invalid`);
    return read;
  }

  /** Trust is a convenience: what goes wrong with it costs the trust, not the notebook. */
  #tryTrust<T>(diskPath: string, action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      this.#warn(`Trust of ${diskPath} is unknown: ${String(error)}`);
      return null;
    }
  }
}

/** Hexadecimal; computed beside the main thread. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

const isOld = (notebook: JsonObject): boolean => [1, 2, 3].includes(majorVersion(notebook));

/** As it was read, before its cells were marked: marks are not signed. */
function unmarked(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    metadata: without(cell['metadata'] as JsonObject, 'trusted'),
  }));
  return { ...notebook, cells };
}

/** Python writes NaN and Infinity, which no browser reads: it gets null, and whoever asks is told. */
function nonFiniteNote(text: string, notebook: Notebook): string | null {
  if (!/\b(?:NaN|Infinity)\b|\d[eE]\+?\d{3}/.test(text) || !holdsNonFinite(notebook)) return null;
  return 'Notebook validation failed: NaN and Infinity are not JSON; they are shown, and would be saved, as null';
}

function holdsNonFinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (Array.isArray(value)) return value.some(holdsNonFinite);
  return isJsonObject(value) && Object.values(value).some(holdsNonFinite);
}
