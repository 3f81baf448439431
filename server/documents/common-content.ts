import * as Y from 'yjs';
import type { SharedDocument } from '../shared-document.ts';
import { chooseBase, READ_BEFORE_MS } from './choose-base.ts';
import type { DocumentBases } from './document-bases.ts';
import type { FileRead } from './choose-base.ts';
import type { SyncedFile } from './document-record.ts';
import type { FileForm, FileFormat } from './file-format.ts';

interface Common {
  readonly sha256: string;
  /** Undefined until somebody asks for it. */
  readonly form: FileForm | undefined;
}

/** What a document and its file had in common when they were last alike: the base of their merges. */
export class CommonContent {
  readonly #document: SharedDocument;
  readonly #format: FileFormat<unknown>;
  readonly #bases: DocumentBases;
  readonly #synced: (documentId: string, synced: SyncedFile) => Promise<void>;
  readonly #now: () => number;
  #common: Common | null = null;
  /** The one before. Its bytes are kept, too, for a log that lost its end in a power cut. */
  #before: string | null = null;
  #writtenAt = -Infinity;
  /** Who put into the file what both have in common. */
  #writer: 'server' | 'other' = 'server';

  constructor(
    document: SharedDocument,
    format: FileFormat<unknown>,
    deps: {
      readonly bases: DocumentBases;
      readonly synced: (documentId: string, synced: SyncedFile) => Promise<void>;
      readonly now: () => number;
    },
  ) {
    this.#document = document;
    this.#format = format;
    this.#bases = deps.bases;
    this.#synced = deps.synced;
    this.#now = deps.now;
  }

  /** Hash of the file's bytes; null where nobody knows. */
  get sha256(): string | null {
    return this.#common?.sha256 ?? null;
  }

  /** After the start of a server. @param file reads what the file holds now */
  async find(file: () => Promise<FileRead | null>): Promise<void> {
    const { documentId, ydoc, model } = this.#document;
    const chosen = await chooseBase({
      bases: await this.#bases.list(documentId),
      hash: model.getState('hash'),
      vector: Y.encodeStateVector(ydoc),
      file,
      bytes: (sha256) => this.#bases.bytes(documentId, sha256),
      parse: async (bytes) => (await this.#format.parse(bytes)).parsed,
      distance: (one, other) => this.#format.distance(one, other),
    });
    this.#common = chosen === null ? null : { sha256: chosen, form: undefined };
  }

  async bytes(): Promise<Buffer<ArrayBuffer> | null> {
    return this.#common && this.#bases.bytes(this.#document.documentId, this.#common.sha256);
  }

  async form(): Promise<FileForm> {
    const common = this.#common;
    if (common === null) return null;
    if (common.form !== undefined) return common.form;
    const bytes = await this.bytes();
    const form = bytes === null ? null : (await this.#format.parse(bytes)).form;
    this.#common = { ...common, form };
    return form;
  }

  /** Whoever writes the file next does so in the place of what is in it now, whatever else it may be like. */
  expectReplacement(): void {
    this.#writtenAt = -Infinity;
  }

  /**
   * What another program has made its version of; null where nobody knows.
   * @param mtimeMs when it wrote it, which may be noticed much later: a busy machine is no reason to take another base
   */
  async baseOf(theirs: unknown, mtimeMs: number): Promise<unknown> {
    const common = await this.#parsed(await this.bytes());
    const isFarFromSave = Math.abs(mtimeMs - this.#writtenAt) > READ_BEFORE_MS;
    if (common === null || this.#before === null || isFarFromSave) return common;
    const before = await this.#parsed(await this.#bases.bytes(this.#document.documentId, this.#before));
    if (before === null) return common;
    const distance = this.#format.distance(before, theirs);
    // What another program has replaced and puts back (a version control system, say) is not what it read before; the
    // document may have kept some of it meanwhile.
    if (distance === 0 && this.#writer === 'other') return null;
    return distance < this.#format.distance(common, theirs) ? before : common;
  }

  /**
   * Keeps what both are about to have in common: called before, so that it is there whenever the server ends.
   * @param vector of the document that it was made of; null for what another program wrote
   * @throws the system's error
   */
  prepare(sha256: string, bytes: Buffer<ArrayBuffer>, vector: Uint8Array | null): Promise<void> {
    return this.#bases.put(this.#document.documentId, { sha256, vector, bytes });
  }

  /** Both have it. */
  async set(sha256: string, form: FileForm, inode: string | null, writer: 'server' | 'other'): Promise<void> {
    const { documentId } = this.#document;
    if (sha256 !== this.#common?.sha256) this.#before = this.#common?.sha256 ?? null;
    this.#common = { sha256, form };
    this.#writer = writer;
    if (writer === 'server') this.#writtenAt = this.#now();
    await this.#bases.keepOnly(documentId, [sha256, this.#before]);
    await this.#synced(documentId, { sha256, inode });
  }

  async #parsed(bytes: Buffer<ArrayBuffer> | null): Promise<unknown> {
    return bytes && (await this.#format.parse(bytes)).parsed;
  }
}
