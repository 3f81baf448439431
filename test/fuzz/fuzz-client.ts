import type { YNotebook } from '@jupyter/ydoc';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';

/** Somebody's browser with one shared notebook open: it keeps its document over every break, and is edited meanwhile. */
export interface FuzzClient {
  readonly name: string;
  readonly model: YNotebook;
  readonly isOnline: boolean;
  /** Connects and merges. @throws if the server refuses, or tells of another history than before (I3) */
  connect(server: JupyterServerProcess): Promise<void>;
  /** As a network that is gone: nothing is said any more. */
  disconnect(): void;
  /** Whether a line was here a moment ago, and may be nowhere any more: it went with a cell that was taken out or moved. */
  hasJustLost(token: string, cellId: string): boolean;
  /** Asks for the file to be written. */
  save(): void;
  close(): void;
}
