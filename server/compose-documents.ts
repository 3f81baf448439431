import { join } from 'node:path';
import type { EventLog } from '../event-log/event-log.ts';
import type { ContentChange, ContentStore } from './contents/content-store.ts';
import type { DiskStore } from './contents/disk-store.ts';
import { trustCells } from './documents/trust-cells.ts';
import { DocumentContents } from './document-contents.ts';
import type { OpenDocuments } from './document-contents.ts';
import type { DiskFiles } from './documents/disk-files.ts';
import { DocumentIndex } from './documents/document-index.ts';
import { followDeletion, followMove } from './documents/follow-files.ts';
import { GivenVersions } from './documents/given-versions.ts';
import { HashNews } from './documents/hash-news.ts';
import type { LargeOutputs } from './documents/large-outputs.ts';
import { LazyDocuments } from './documents/lazy-documents.ts';
import type { ShownRuns } from './documents/output-writer.ts';
import type { RunResults } from './documents/run-results.ts';
import type { WidgetSource } from './documents/widget-keeper.ts';
import { messageOfSaveFailure } from './documents/save-failure.ts';
import type { DocumentAttachment, SharedDocument, SharedDocuments } from './shared-document.ts';
import { withoutOuterSlashes } from './url-path.ts';

/** Shared documents for the rest of the server. */
export interface ComposedDocuments {
  readonly documents: SharedDocuments;
  /** Files as clients have them that know nothing of documents. */
  readonly contents: ContentStore;
  /** Whether a notebook has a shared document, open or not. */
  isKnown(path: string): Promise<boolean>;
  /**
   * Writes it into its file now, also where the file is gone, and makes that a version.
   * @throws Error with the reason, for people
   */
  save(document: SharedDocument): Promise<void>;
  /**
   * The outputs of each cell of a notebook that is to come into an open document: large ones are kept beside that.
   * @throws the reason, where it is no valid notebook
   */
  outputsFor(
    document: SharedDocument,
    bytes: Buffer,
  ): Promise<readonly (readonly Readonly<Record<string, unknown>>[])[]>;
  /** An output that a document refers to, as JSON; null where none does. */
  findOutput(sha256: string): Promise<string | null>;
  /** Told of each change of files that is in the log. */
  onContentChange(change: ContentChange): Promise<void>;
  /** Removes what is kept of documents whose files are gone. @param before milliseconds since the epoch; what is older is old */
  removeOld(before: number): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Nothing of it is loaded before somebody shares a document. */
export function composeDocuments(deps: {
  readonly log: EventLog;
  readonly store: DiskStore;
  readonly stateDirectory: string;
  /** Milliseconds for which a document stays in memory that nobody uses. */
  readonly idle: number;
  readonly warn: (message: string) => void;
  /** What kernels put into notebooks. */
  readonly results: RunResults;
  /** How large outputs are kept beside documents; null: all are in them. */
  readonly references: { linkOf(sha256: string): string; readonly onlyIfNeeded: boolean } | null;
  readonly widgets: WidgetSource;
  /** A document is no longer loaded. */
  readonly onUnloaded: (path: string) => void;
  /** What other features do with every open document. */
  readonly attachments: readonly DocumentAttachment[];
}): ComposedDocuments {
  const { log, store, idle, warn, results, onUnloaded } = deps;
  const [basesDirectory, givenDirectory, outputsDirectory] = ['bases', 'given', 'outputs'].map((name) =>
    join(deps.stateDirectory, `document-${name}`),
  ) as [string, string, string];
  let shownBy: (document: SharedDocument) => ShownRuns | null = () => null;
  const given = new GivenVersions(givenDirectory, warn);
  const hashNews = new HashNews();
  let indexing: Promise<DocumentIndex> | null = null;
  let files: DiskFiles | null = null;
  let largeOutputs: Promise<LargeOutputs> | null = null;
  const documents = new LazyDocuments(async () => {
    const index = await readIndex();
    const [{ DocumentRooms }, { DiskFiles }, { outputWriters }, { CarriedOutputs }] = await Promise.all([
      import('./documents/document-rooms.ts'),
      import('./documents/disk-files.ts'),
      import('./documents/output-writer.ts'),
      import('./documents/carried-outputs.ts'),
    ]);
    const outputs = await outputsBeside();
    files = new DiskFiles({
      files: store.sharedFiles,
      basesDirectory,
      synced: (documentId, synced) => index.synced(documentId, synced),
      onMoved: (from, to) => store.sharedFiles.moved(from, to),
      shownBy: (document) => shownBy(document),
      outputs,
      onOpened: ({ documentId }, sha256, packed) => void given.notePacked(documentId, sha256, packed),
      warn,
    });
    const carried = new CarriedOutputs(() => [...documents.loaded()].map(({ ydoc }) => ydoc));
    const { repairCells } = await import('./documents/repair-cells.ts');
    const { widgetKeeper } = await import('./documents/widget-keeper.ts');
    const writers = outputWriters({
      results,
      carried,
      outputsOf: outputs && ((documentId) => outputs.of(documentId)),
      warn,
    });
    shownBy = (document) => writers.shownBy(document);
    const attachments: readonly DocumentAttachment[] = [
      // What works on every open document, a line each: in this order, and they are closed in it, too.
      repairCells(warn),
      writers.attachment,
      widgetKeeper(deps.widgets, warn),
      files.attachment,
      ...(outputs === null ? [] : [outputs.attachment]),
      ...deps.attachments,
      hashNews.attachment,
    ];
    return new DocumentRooms({ log, index, files, attachments, idle, warn, onUnloaded });
  });

  function readIndex(): Promise<DocumentIndex> {
    return (indexing ??= DocumentIndex.load(log, warn).catch((error: unknown) => {
      indexing = null; // the next one tries again
      throw error;
    }));
  }

  async function outputsBeside(): Promise<LargeOutputs | null> {
    const { references } = deps;
    if (references === null) return null;
    largeOutputs ??= import('./documents/large-outputs.ts').then(
      ({ LargeOutputs }) => new LargeOutputs({ directory: outputsDirectory, ...references }),
    );
    return largeOutputs;
  }

  async function findOutput(sha256: string): Promise<string | null> {
    return (await (await outputsBeside())?.find(sha256)) ?? null;
  }

  function filesOf(): DiskFiles {
    if (files === null) throw new TypeError('No document is open.');
    return files;
  }

  async function note(document: SharedDocument): Promise<void> {
    const bytes = await filesOf().syncOf(document).commonBytes();
    if (bytes !== null) await given.note(document.documentId, bytes);
  }

  const open: OpenDocuments = {
    hashKnown: (document) => hashNews.known(document),
    at: (path) => documents.loadedAt(withoutOuterSlashes(path)),
    under(path) {
      const at = withoutOuterSlashes(path);
      return [...documents.loaded()].filter(
        (document) => document.path === at || document.path.startsWith(`${at}/`),
      );
    },
    async flush(document) {
      const sync = filesOf().syncOf(document);
      await sync.save(null).catch(() => {
        // The shared state says why, and the log; whoever asks is shown the document itself.
      });
      return sync.problem === null;
    },
    given: (document, bytes) => given.note(document.documentId, bytes),
    async restored(notebook) {
      if (deps.references === null) return notebook;
      const { restoreSaved } = await import('./documents/restore-saved.ts');
      return restoreSaved(notebook, findOutput);
    },
    bytes: (document) => filesOf().syncOf(document).bytes(),
    async merge(document, bytes, actor) {
      const sync = filesOf().syncOf(document);
      await sync.merge(bytes, await given.of(document.documentId), actor);
      await sync.save({ by: actor });
      await note(document);
      // What the client has now is what it sent, whatever else came in.
      await given.note(document.documentId, bytes);
    },
    trust: (document) => document.change('server', trustCells),
    replace: (document, write) => filesOf().syncOf(document).replace(write),
  };

  return {
    documents,
    contents: new DocumentContents({ store, files: store.sharedFiles, documents: open }),
    findOutput,
    outputsFor: (document, bytes) => filesOf().outputsFor(document.documentId, Buffer.from(bytes)),
    async isKnown(path) {
      const index = await readIndex();
      return index.at(withoutOuterSlashes(path), { type: 'notebook', format: 'json' }) !== undefined;
    },
    async save(document) {
      const actors = new Set([...document.participants].map(({ actor }) => actor));
      const [only] = actors;
      const by = actors.size === 1 && only !== undefined ? only : 'server';
      await filesOf()
        .syncOf(document)
        .save({ by })
        .catch((error: unknown) => {
          throw new Error(messageOfSaveFailure(document.path, error), { cause: error });
        });
    },
    async onContentChange(change) {
      if (change.action === 'rename')
        await followMove(await readIndex(), documents.rooms, change.sourcePath, change.path);
      if (change.action === 'delete') await followDeletion(await readIndex(), documents.rooms, change.path);
      const document = change.action === 'save' ? documents.loadedAt(change.path) : null;
      // Not waited for: this may be told in the middle of its own saving.
      if (document !== null)
        filesOf()
          .syncOf(document)
          .checkFile()
          .catch((error: unknown) => warn(`${change.path}: ${String(error)}`));
    },
    async removeOld(before) {
      const index = await readIndex();
      if ([...index.all()].length === 0) return;
      const { removeOld } = await import('./documents/old-documents.ts');
      await removeOld({
        log,
        index,
        directories: { ofFile: [basesDirectory, givenDirectory], outputs: outputsDirectory },
        isLoaded: (documentId) => documents.rooms?.isLoaded(documentId) ?? false,
        hasFile: (path) =>
          store.sharedFiles.state(path).then(
            (state) => state !== null,
            () => true, // nobody knows
          ),
        before,
      });
    },
    async close() {
      await documents.close();
      files?.close();
    },
  };
}
