import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import type { SharedDocument } from '../shared-document.ts';
import type { NotebookContent } from './cell-content.ts';
import { CommonContent } from './common-content.ts';
import type { DocumentSyncDependencies } from './document-sync-dependencies.ts';
import type { FileForm, FileFormat } from './file-format.ts';
import { fileFormat } from './file-format.ts';
import type { FileProblem } from './file-notes.ts';
import { isToldOf, noteMerge, noteProblem, noteSaved } from './file-notes.ts';
import { nearestBase } from './nearest-base.ts';
import type { ShownRuns } from './output-writer.ts';
import { messageOfSaveFailure } from './save-failure.ts';
import type { FileState } from './shared-file-access.ts';
import { isSameState } from './shared-file-access.ts';

/** A file that was changed again each time that it was to be written is left to the next try. */
const MOST_TRIES = 5;
const VERSION_EVERY_MS = 10 * 60_000;
/** An editor that writes in two steps has a file that is empty in between. */
const EMPTY_FOR_MS = 500;
/** A file that is put back at once was only replaced. */
const GONE_FOR_MS = 300;

/** What was read of a file to make a document of it. */
export interface FileMade {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly sha256: string;
  readonly state: FileState;
  readonly form: FileForm;
  /** As the file's format has it. */
  readonly parsed: NotebookContent | string;
}

export class NotSavedError extends Error {
  override readonly name = 'NotSavedError';
}

/**
 * Keeps one open document and its file alike: one thing at a time. What another program wrote is taken in by a three-way
 * merge; what they last had in common is known at every moment, also after a crash (SPEC B).
 */
export class DocumentSync {
  readonly #document: SharedDocument;
  readonly #deps: DocumentSyncDependencies;
  readonly #format: FileFormat<unknown>;
  readonly #common: CommonContent;
  /** How the file was when it was last looked at; undefined: never. */
  #seen: FileState | null | undefined;
  /** Hash of what is in the file because it was saved, and is no version yet. */
  #unversioned: { readonly size: number; readonly sha256: string } | null = null;
  #versionedAt: number;
  #problem: FileProblem | null = null;
  #isMerging = false;
  /** How often the content was changed. */
  #changes = 0;
  /** At which of them the file held it; null: at none. */
  #savedAt: number | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(document: SharedDocument, deps: DocumentSyncDependencies) {
    this.#document = document;
    this.#deps = deps;
    this.#format = fileFormat(document.model, deps.files, deps.outputs);
    this.#common = new CommonContent(document, this.#format, deps);
    this.#versionedAt = deps.now();
  }

  /** The document is being brought up to its file: what is changed now needs no saving by itself. */
  get isMerging(): boolean {
    return this.#isMerging;
  }

  get problem(): FileProblem | null {
    return this.#problem;
  }

  /** The content was changed. */
  changed(): void {
    this.#changes += 1;
  }

  /** Hash of what is in the file, as far as is known; null where nobody knows. */
  get common(): string | null {
    return this.#common.sha256;
  }

  get inode(): string | null {
    return this.#seen?.inode ?? null;
  }

  /**
   * Takes in what the file has become since both were last alike.
   * @param made what the document was just made of, kept as its base
   * @returns whether the document has what the file has not
   */
  load(made: FileMade | null): Promise<boolean> {
    return this.#alone(async () => {
      if (made !== null && (await this.#begin(made))) return false;
      const { files } = this.#deps;
      // A file that cannot be read is said to be so when it is taken in.
      await this.#common.find(() => files.read(this.#document.path).catch(() => null));
      await this.#takeIn(true);
      await this.#shrink();
      return this.#savedAt === null && this.#problem === null;
    });
  }

  /** As `load`, for a file that may have been changed. */
  checkFile(): Promise<boolean> {
    return this.#alone(async () => {
      const common = this.#common.sha256;
      await this.#takeIn(false);
      return this.#common.sha256 !== common && this.#savedAt !== this.#changes;
    });
  }

  /**
   * Takes in what `write` puts into the file: on purpose in the place of what is in it, also where the file was just that
   * a moment ago.
   * @throws what `write` throws
   */
  replace<T>(write: () => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      this.#common.expectReplacement();
      const written = await write();
      await this.#takeIn(false);
      return written;
    });
  }

  /**
   * Writes what is in the document now, if the file lacks it.
   * @param asked somebody wants it in the file: it becomes a version, and takes the place of a file that is gone or cannot
   * be read
   * @throws NotSavedError, or the system's error: the file is as it was
   */
  save(asked: { readonly by: string } | null): Promise<void> {
    return this.#alone(async () => {
      try {
        await this.#save(asked !== null);
        const isDue = this.#deps.now() - this.#versionedAt > VERSION_EVERY_MS;
        if (asked !== null || isDue) await this.#keepVersion(asked?.by ?? 'server');
      } catch (error) {
        if (this.#problem === null)
          await this.#setProblem('not-saved', messageOfSaveFailure(this.#document.path, error));
        throw error;
      }
    });
  }

  /** What is in the file and no version yet becomes one. */
  keepVersion(): Promise<void> {
    return this.#alone(() => this.#keepVersion('server'));
  }

  /**
   * Takes in what a client sends in the place of a file.
   * @param bases what it may have been made of, beside what is in the file; the one that is most like it counts
   * @throws the reason, where it is no such file
   */
  merge(bytes: Buffer<ArrayBuffer>, bases: readonly Buffer<ArrayBuffer>[], actor: string): Promise<void> {
    return this.#alone(async () => {
      const { parsed: theirs } = await this.#format.parse(bytes);
      const common = await this.#common.bytes();
      const base = await nearestBase(this.#format, common === null ? bases : [common, ...bases], theirs);
      await this.#format.keep(theirs);
      await this.#ready();
      await this.#document.change(actor, (model) => {
        const conflicts = this.#format.merge(base, theirs);
        noteMerge(model, conflicts, this.#deps.now());
      });
    });
  }

  /** What is in the file, as far as is known; null where nobody knows. */
  commonBytes(): Promise<Buffer<ArrayBuffer> | null> {
    return this.#common.bytes();
  }

  /** The bytes that a save would write. */
  bytes(): Promise<Buffer<ArrayBuffer>> {
    return this.#alone(async () => {
      const form = await this.#common.form();
      await this.#ready();
      return this.#format.write(this.#format.content(), form).bytes;
    });
  }

  /** @returns whether the document is its file */
  async #begin({ sha256, form, parsed, state }: FileMade): Promise<boolean> {
    const now = await this.#deps.files.state(this.#document.path).catch(() => null);
    if (!isSameState(now, state) || !(await this.#format.isMadeOf(parsed))) return false;
    await this.#document.change('disk', (model) => noteSaved(model, sha256, true));
    this.#seen = state;
    this.#savedAt = this.#changes;
    await this.#common.set(sha256, form, state.inode, 'other');
    return true;
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined); // whoever asked for it is told
    return run;
  }

  async #save(asked: boolean): Promise<void> {
    const { files } = this.#deps;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      await this.#takeIn(false);
      const isInTheWay = this.#problem === 'missing' || this.#problem === 'unreadable';
      if (isInTheWay && !asked) return;
      const common = this.#common.sha256;
      if (this.#savedAt === this.#changes && !isInTheWay && common !== null)
        return this.#saved(common, this.#changes, asked);
      const form = await this.#common.form();
      await this.#ready();
      const changes = this.#changes;
      const shown = this.#deps.shownBy(this.#document);
      const vector = Y.encodeStateVector(this.#document.ydoc);
      const { bytes, sign } = this.#format.write(this.#format.content(), form);
      const sha256 = hashOf(bytes);
      // In a file, nothing may be that a crash could take out of the document (I1).
      await this.#document.committed();
      if (sha256 === common && !isInTheWay) {
        await this.#noteShown(shown);
        return this.#saved(sha256, changes, asked);
      }
      await this.#common.prepare(sha256, bytes, vector);
      const expected = this.#seen ?? null;
      const keepsExisting = this.#unversioned === null;
      const written = await files.write(this.#document.path, { bytes, expected, keepsExisting });
      if (written === null) continue;
      sign();
      this.#seen = written.state;
      this.#unversioned = { size: bytes.length, sha256 };
      await this.#common.set(sha256, form, this.inode, 'server');
      await this.#noteShown(shown);
      return this.#saved(sha256, changes, asked);
    }
    throw new NotSavedError('Another program writes the file all the time.');
  }

  async #noteShown(shown: ShownRuns | null): Promise<void> {
    try {
      await shown?.saved();
    } catch (error) {
      // It is noted with the next save; until then the runs are kept a little longer.
      this.#deps.warn(
        `${this.#document.path}: what its file has of runs could not be noted: ${String(error)}`,
      );
    }
  }

  async #saved(sha256: string, changes: number, asked: boolean): Promise<void> {
    this.#problem = null;
    this.#savedAt = changes;
    if (this.#changes === changes && isToldOf(this.#document.model, sha256)) return;
    const tell = (): Promise<void> =>
      this.#document.change('server', (model) => noteSaved(model, sha256, this.#changes === changes));
    if (!asked) return tell();
    // A turn later: jupyter-collaboration's clients expect the reply to what they asked for first (contract §6.1).
    setImmediate(() => {
      tell().catch(() => {
        // The document has ended, and whoever had it open was told why. What both have in common is known without.
      });
    });
  }

  async #keepVersion(by: string): Promise<void> {
    const saved = this.#unversioned;
    this.#versionedAt = this.#deps.now();
    if (saved === null) return;
    await this.#deps.files.keepVersion(this.#document.path, saved, by);
    this.#unversioned = null;
  }

  async #takeIn(isLoading: boolean): Promise<void> {
    const { files } = this.#deps;
    const { path } = this.#document;
    try {
      const state = await files.state(path);
      if (state === null) return await this.#gone(isLoading);
      if (this.#seen !== undefined && isSameState(state, this.#seen)) return;
      await this.#takeInBytes(state, isLoading);
    } catch (error) {
      await this.#setProblem('unreadable', messageOf(error));
    }
  }

  async #takeInBytes(state: FileState, isLoading: boolean): Promise<void> {
    const { files, sleep } = this.#deps;
    if (state.size === 0 && !isLoading && this.#document.kind.type === 'file') await sleep(EMPTY_FOR_MS);
    const read = await files.read(this.#document.path);
    if (read === null) return;
    const sha256 = hashOf(read.bytes);
    if (sha256 !== this.#common.sha256) {
      const { parsed, form } = await this.#format.parse(read.bytes).catch((error: unknown) => {
        // There is nothing more to see before somebody writes it again.
        this.#seen = read.state;
        throw error;
      });
      await this.#mergeFile(read, { sha256, form }, parsed);
      this.#unversioned = null;
    } else if (isLoading) {
      const isSame = isToldOf(this.#document.model, sha256) || (await this.#holds(read.bytes));
      this.#savedAt = isSame ? this.#changes : null;
    }
    this.#seen = read.state;
    await this.#solved();
  }

  async #holds(file: Buffer<ArrayBuffer>): Promise<boolean> {
    const { parsed } = await this.#format.parse(file);
    await this.#ready();
    return this.#format.isSame(this.#format.content(), parsed);
  }

  /** What is lost beside the document is in its file, in most cases. */
  #ready(): Promise<void> {
    return this.#format.ready(async () => {
      const read = await this.#deps.files.read(this.#document.path).catch(() => null);
      return [await this.#common.bytes(), read?.bytes ?? null].filter((bytes) => bytes !== null);
    });
  }

  /** What grew in it while it was open, or in an older version of this server, is put beside it. */
  async #shrink(): Promise<void> {
    const shrinking = await this.#format.shrink();
    // For its file nothing is changed by that.
    if (shrinking !== null) await this.#document.change('server', shrinking);
  }

  /** The file is there and can be read; whether it can be written shows when it is. */
  async #solved(): Promise<void> {
    if (this.#problem !== 'not-saved') await this.#setProblem(null, null);
  }

  async #mergeFile(
    { bytes, state }: { readonly bytes: Buffer<ArrayBuffer>; readonly state: FileState },
    { sha256, form }: { readonly sha256: string; readonly form: FileForm },
    theirs: unknown,
  ): Promise<void> {
    const base = await this.#common.baseOf(theirs, state.mtimeMs);
    await this.#common.prepare(sha256, bytes, null);
    await this.#format.keep(theirs);
    await this.#ready();
    this.#isMerging = true;
    let isSame = false;
    try {
      const merging = this.#document.change('disk', (model) => {
        const conflicts = this.#format.merge(base, theirs);
        noteMerge(model, conflicts, this.#deps.now());
        isSame = this.#format.isSame(this.#format.content(), theirs);
        // In one transaction with the merge: a crash leaves both or neither.
        noteSaved(model, sha256, isSame);
      });
      this.#isMerging = false;
      this.#savedAt = isSame ? this.#changes : null;
      await merging;
    } finally {
      this.#isMerging = false;
    }
    await this.#common.set(sha256, form, state.inode, 'other');
  }

  async #gone(isLoading: boolean): Promise<void> {
    const { sleep, files, followMoved } = this.#deps;
    if (this.#problem === 'missing') return;
    if (!isLoading) await sleep(GONE_FOR_MS);
    if ((await files.state(this.#document.path)) !== null) return this.#takeIn(isLoading);
    if (!isLoading && (await followMoved(this.#document, this.inode))) return this.#takeIn(isLoading);
    this.#seen = null;
    await this.#setProblem('missing', 'The file is gone from the disk. Save to put it back.');
  }

  async #setProblem(problem: FileProblem | null, message: string | null): Promise<void> {
    if (this.#problem === problem && (problem === null) === (this.#document.model.getState('file') == null))
      return;
    this.#problem = problem;
    if (problem !== null)
      this.#deps.warn(
        message?.includes(this.#document.path) ? message : `${this.#document.path}: ${message}`,
      );
    await this.#document.change('server', (model) => noteProblem(model, problem, message));
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
