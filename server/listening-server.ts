import type { FileVersions } from './versions/file-versions.ts';

/** A server that listens. */
export interface ListeningServer {
  /** The one asked for, or the one that was picked for 0. */
  readonly port: number;
  /** Where a person reaches it, with the base URL and without a token: `http://127.0.0.1:8888/`. */
  readonly url: string;
  readonly versions: FileVersions;
  /** What lives on when it closes. */
  count(): { readonly kernels: number; readonly terminals: number };
  /** Closes all sockets; kernels and terminals live on (I4). Idempotent. The event log is the caller's to close. */
  close(): Promise<void>;
  /** As `close`, and ends kernels and terminals. */
  end(): Promise<void>;
}
