import type { CheckpointModel, ContentModel, ContentType, FileFormat } from './content-model.ts';

/** What was done, told to one observer after it is durable and before the answer goes out (I1). */
export type ContentChange = { readonly actor: string; readonly path: string } & (
  | { readonly action: 'get' }
  | {
      readonly action: 'save';
      readonly type: ContentType;
      /** Bytes on disk; 0 for a directory. */
      readonly size: number;
      /** Of the bytes on disk; null for a directory and where it was not worth another reading. */
      readonly sha256: string | null;
    }
  | { readonly action: 'rename'; readonly type: ContentType; readonly sourcePath: string }
  | { readonly action: 'copy'; readonly type: ContentType; readonly sourcePath: string }
  | { readonly action: 'delete'; readonly type: ContentType }
);

/** A rejection fails the request that caused the change, though the change itself stands. */
export type OnContentChange = (change: ContentChange) => void | Promise<void>;

export interface GetOptions {
  readonly content: boolean;
  /** As which type to read it; null: by its name. */
  readonly type: ContentType | null;
  /** null: text where it is UTF-8, else base64. */
  readonly format: FileFormat | null;
  readonly hash: boolean;
}

/** What a client asks to be saved, unchecked: Jupyter answers each mistake with a message of its own. */
export interface SaveRequest {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly content?: unknown;
  /** 1, 2, … and -1 for the last part of a file sent in parts. */
  readonly chunk?: unknown;
}

/** A file for streaming, with what its name says of it. */
export interface LocatedFile {
  readonly diskPath: string;
  readonly name: string;
  readonly mimeType: string | null;
  /** `gzip` for `x.tar.gz`. */
  readonly encoding: string | null;
}

/**
 * Files and notebooks by API path: relative to the root, `/` between names, leading and trailing slashes ignored.
 * `actor` is the user name that the observer is told. All methods reject with `ContentError`, else it is a defect.
 */
export interface ContentStore {
  get(path: string, options: GetOptions, actor: string): Promise<ContentModel>;
  /** Whether a regular file is there, symbolic links followed. */
  fileExists(path: string): Promise<boolean>;
  directoryExists(path: string): Promise<boolean>;
  /** Whether the path leads to or through something hidden, which is then not served. */
  isHidden(path: string): Promise<boolean>;
  /** Replaces or creates. The previous file survives whatever fails (I6). The model returned has no content. */
  save(path: string, request: SaveRequest, actor: string): Promise<ContentModel>;
  /** Like `save` for what is not there yet: type and content have defaults. */
  create(path: string, request: SaveRequest, actor: string): Promise<ContentModel>;
  /** Something new and empty in a directory, under the first free name. */
  createUntitled(
    directory: string,
    wish: { readonly type: ContentType | null; readonly extension: string },
    actor: string,
  ): Promise<ContentModel>;
  /** Into a directory (under the first free name) or to a path. */
  copy(from: string, to: string, actor: string): Promise<ContentModel>;
  /** Moves it with its checkpoint, never over something else. */
  rename(from: string, to: string, actor: string): Promise<ContentModel>;
  delete(path: string, actor: string): Promise<void>;
  checkpoints(path: string): Promise<readonly CheckpointModel[]>;
  createCheckpoint(path: string): Promise<CheckpointModel>;
  restoreCheckpoint(path: string, id: string, actor: string): Promise<void>;
  deleteCheckpoint(path: string, id: string): Promise<void>;
  /** Signs the notebook as it is on disk, so that its outputs are rendered unsanitised. */
  trust(path: string): Promise<void>;
  /** The API path of a path as a kernel or a person would write it; null where it is not within the root. */
  resolve(path: string): Promise<string | null>;
  /** For streaming; never what is hidden or reached by a link out of the root. */
  locateFile(path: string): Promise<LocatedFile>;
  /** Abandons unfinished uploads. Idempotent. */
  close(): Promise<void>;
}
