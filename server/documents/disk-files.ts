import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NotebookContent } from './cell-content.ts';
import { notebookJson } from './cell-content.ts';
import { DocumentError } from '../shared-document.ts';
import type { DocumentAttachment, DocumentKind, SharedDocument } from '../shared-document.ts';
import { DocumentBases } from './document-bases.ts';
import type { DocumentFiles, DocumentSource } from './document-files.ts';
import type { DocumentRecord, SyncedFile } from './document-record.ts';
import { withOutputs } from './document-outputs.ts';
import type { FileMade } from './document-sync.ts';
import { documentSaver } from './document-saver.ts';
import { DocumentSync } from './document-sync.ts';
import { notebookRead, textRead } from './file-format.ts';
import { findInode, findMoved } from './find-moved.ts';
import { FolderWatcher } from './folder-watcher.ts';
import type { LargeOutputs } from './large-outputs.ts';
import type { ShownRuns } from './output-writer.ts';
import type { SharedFileAccess } from './shared-file-access.ts';
import type { OutputJson } from './shared-output.ts';

export interface DiskFilesDependencies {
  readonly files: SharedFileAccess;
  /** Where it keeps what documents and files last had in common. */
  readonly basesDirectory: string;
  readonly synced: (documentId: string, synced: SyncedFile) => Promise<void>;
  /** A file was moved by another program: all that goes by its path follows. */
  readonly onMoved: (from: string, to: string, kind: DocumentKind) => Promise<void>;
  /** What an open notebook shows of runs now. */
  readonly shownBy: (document: SharedDocument) => ShownRuns | null;
  /** What its file held when it was opened. */
  readonly onOpened: (
    document: SharedDocument,
    sha256: string,
    packed: () => Promise<Buffer<ArrayBuffer> | null>,
  ) => void;
  /** Kept beside documents; null where all outputs are in them. */
  readonly outputs: LargeOutputs | null;
  readonly warn: (message: string) => void;
}

/** The files of documents, on disk. */
export class DiskFiles implements DocumentFiles {
  /** Keeps each open document and its file alike. */
  readonly attachment: DocumentAttachment;
  readonly #deps: DiskFilesDependencies;
  readonly #bases: DocumentBases;
  readonly #watcher: FolderWatcher;
  readonly #made = new WeakMap<DocumentSource, FileMade>();
  readonly #syncs = new WeakMap<SharedDocument, DocumentSync>();

  constructor(deps: DiskFilesDependencies) {
    this.#deps = deps;
    this.#bases = new DocumentBases(deps.basesDirectory);
    this.#watcher = new FolderWatcher(deps.warn);
    this.attachment = documentSaver({
      syncOf: (document) => this.syncOf(document),
      files: deps.files,
      watcher: this.#watcher,
      warn: deps.warn,
    });
  }

  async read(path: string, { type }: DocumentKind): Promise<DocumentSource | null> {
    const { files } = this.#deps;
    try {
      const read = await files.read(path);
      if (read === null) return null;
      const sha256 = hash('sha256', read.bytes);
      if (type === 'file') {
        const { parsed, form } = textRead(files.readText(read.bytes));
        const source: DocumentSource = { type, text: parsed };
        this.#made.set(source, { ...read, sha256, form, parsed });
        return source;
      }
      const { parsed, form } = notebookRead(await files.readNotebook(read.bytes));
      const source: DocumentSource = { type, notebook: notebookJson(parsed) };
      this.#made.set(source, { ...read, sha256, form, parsed });
      return source;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DocumentError('not-shareable', `${path} cannot be opened: ${reason}`, { cause: error });
    }
  }

  /** The outputs of each cell of a notebook that comes into an open document, as that is to have them. */
  async outputsFor(
    documentId: string,
    bytes: Buffer<ArrayBuffer>,
  ): Promise<readonly (readonly OutputJson[])[]> {
    const { parsed } = notebookRead(await this.#deps.files.readNotebook(bytes));
    const { cells } = await this.#referred(parsed, documentId);
    return cells.map(({ results }) => results?.outputs ?? []);
  }

  async prepare(source: DocumentSource, documentId: string): Promise<DocumentSource> {
    const { sha256, bytes, parsed } = this.#readOf(source);
    // Side by side: both are on disk before anybody sees the document (B1, I1).
    const [, prepared] = await Promise.all([
      this.#bases.put(documentId, { sha256, vector: null, bytes }),
      typeof parsed === 'string' ? source : this.#heldOf(parsed, documentId),
    ]);
    return prepared;
  }

  async #heldOf(content: NotebookContent, documentId: string): Promise<DocumentSource> {
    return { type: 'notebook', notebook: notebookJson(await this.#referred(content, documentId)) };
  }

  /** As a new document has it. */
  async #referred(content: NotebookContent, documentId: string): Promise<NotebookContent> {
    const outputs = await this.#deps.outputs?.of(documentId);
    if (outputs === undefined) return content;
    await outputs.keepNotebook(content);
    return withOutputs(content, (output) => outputs.refer(output));
  }

  #readOf(source: DocumentSource): FileMade {
    const read = this.#made.get(source);
    if (read === undefined) throw new TypeError('A document is made of what was read of its file.');
    return read;
  }

  findMoved(
    path: string,
    kind: DocumentKind,
    known: Iterable<DocumentRecord>,
    source: DocumentSource,
  ): Promise<DocumentRecord | null> {
    return findMoved(this.#deps.files, path, kind, known, this.#readOf(source).sha256);
  }

  async bringUpToFile(document: SharedDocument, made: DocumentSource | null): Promise<void> {
    const sync = this.syncOf(document);
    const differs = await sync.load(made === null ? null : this.#readOf(made));
    const { common } = sync;
    if (common !== null)
      this.#deps.onOpened(document, common, () => this.#bases.packed(document.documentId, common));
    // What it has that its file has not is saved once it is open.
    if (differs) await document.change('server', ({ ystate }) => void ystate.set('dirty', true));
  }

  syncOf(document: SharedDocument): DocumentSync {
    let sync = this.#syncs.get(document);
    if (sync === undefined) {
      const { files, synced, shownBy, outputs, warn } = this.#deps;
      sync = new DocumentSync(document, {
        files,
        bases: this.#bases,
        synced,
        followMoved: (moved, inode) => this.#followMoved(moved, inode),
        shownBy,
        outputs: outputs && (() => outputs.of(document.documentId)),
        warn,
        sleep: (ms) => sleep(ms, undefined, { ref: false }),
        now: Date.now,
      });
      this.#syncs.set(document, sync);
    }
    return sync;
  }

  close(): void {
    this.#watcher.close();
  }

  async #followMoved(document: SharedDocument, inode: string | null): Promise<boolean> {
    const { files, onMoved } = this.#deps;
    const to = await findInode(files, document.path, inode);
    if (to === null) return false;
    await onMoved(document.path, to, document.kind);
    return true;
  }
}
