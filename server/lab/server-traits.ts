import type { Collaboration } from '../settings.ts';
import type { BrowserRuntimeFiles } from '../wire/browser-runtime-files.ts';

/** What the pages tell the front-end of the server around them. */
export interface ServerTraits {
  /** Ours: by it our lab extension knows that it is served by this server. */
  readonly version: string;
  /** Absolute. */
  readonly rootDirectory: string;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
  /** The jupyter_server whose API is spoken, e.g. `2.21.1`; Lab uploads in chunks from 5.1 on or below 4 (contract §1.2). */
  readonly jupyterServerVersion: string;
  /** Parents whose status messages say nothing of whether a kernel is busy (contract §3.5). */
  readonly untrackedMessageTypes: readonly string[];
  readonly collaboration: Collaboration;
  readonly terminalsAvailable: boolean;
  readonly deletesToTrash: boolean;
  readonly allowsHiddenFiles: boolean;
  /** What kernels in pages are made of; null where none run there. */
  readonly browserRuntime?: BrowserRuntimeFiles | null;
}
