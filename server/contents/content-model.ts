import type { JsonObject } from './json-object.ts';

export type ContentType = 'directory' | 'file' | 'notebook';
export type FileFormat = 'text' | 'base64';

/** Jupyter's contents model. All keys are always present: clients reject a model with an absent one (contract §10.5). */
export interface ContentModel {
  readonly name: string;
  /** Relative to the root, no leading slash. */
  readonly path: string;
  /** ISO 8601, UTC, microseconds. */
  readonly last_modified: string;
  readonly created: string;
  readonly content: string | JsonObject | readonly ContentModel[] | null;
  readonly format: FileFormat | 'json' | null;
  readonly mimetype: string | null;
  /** Bytes; null for directories. */
  readonly size: number | null;
  readonly writable: boolean;
  /** Lower-case hexadecimal SHA-256 of the bytes on disk. */
  readonly hash: string | null;
  readonly hash_algorithm: 'sha256' | null;
  readonly type: ContentType;
  /** Why a notebook is not valid; it is served and saved all the same. */
  readonly message?: string;
}

export interface CheckpointModel {
  readonly id: string;
  readonly last_modified: string;
}
