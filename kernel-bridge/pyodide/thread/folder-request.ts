/** What Python asks of the notebook's folder. Paths are relative to it, with `/`; the empty one is the folder itself. */
export type FolderRequest =
  | { readonly ask: 'stat' | 'list' | 'unlink' | 'rmdir' | 'mkdir'; readonly path: string }
  | { readonly ask: 'create'; readonly path: string }
  | { readonly ask: 'read'; readonly path: string; readonly position: number; readonly length: number }
  | { readonly ask: 'write'; readonly path: string; readonly position: number; readonly bytes: Uint8Array }
  | { readonly ask: 'truncate'; readonly path: string; readonly size: number }
  | { readonly ask: 'utime'; readonly path: string; readonly modified: number }
  | { readonly ask: 'rename'; readonly path: string; readonly to: string };

export interface FileState {
  /** As the system gives it: kind and rights. */
  readonly mode: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/**
 * The buffer of answers: an Int32 that is 0 while there is none, then 1 for an answer, 2 for an error; an Int32 with its
 * length; and its bytes: of a file, or the JSON of a FileState or a list of names, or the code of an error (ENOENT).
 */
export const ANSWER_START = 8;
export const LONGEST_ANSWER = 1024 * 1024;
