import type { HostSays, KernelSays, KernelStart } from '../../hosted/host-protocol.ts';
import type { FolderRequest } from './folder-request.ts';

/**
 * What the process and its thread of Python say to each other: what any host and kernel do, and what the thread cannot do
 * for itself, since it can reach nothing. The process trusts nothing that it hears from there.
 */
export type ToThread =
  HostSays | { readonly type: 'fetched'; readonly id: number; readonly response: FetchedResponse };

export type FromThread =
  | KernelSays
  /** It has heard a message of so many bytes. */
  | { readonly type: 'taken'; readonly bytes: number }
  | { readonly type: 'fetch'; readonly id: number; readonly request: FetchRequest }
  /** It waits for the answer in `folderBuffer`. */
  | { readonly type: 'folder'; readonly request: FolderRequest };

export interface ThreadStart {
  readonly start: KernelStart;
  /** Bytes of messages that are on their way to ZeroMQ, see waiting-bytes.ts. */
  readonly waitingBytes: SharedArrayBuffer;
  readonly workingDirectory: string;
  /** Where answers about the notebook's folder are put (see folder-request.ts); null: it may not see it. */
  readonly folderBuffer: SharedArrayBuffer | null;
}

export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | string | null;
  /** As in HTML: `sha256-` and the hash in Base64; empty for none. */
  readonly integrity: string;
}

export type FetchedResponse =
  | {
      readonly url: string;
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: Uint8Array;
    }
  /** For people. */
  | { readonly failure: string };
