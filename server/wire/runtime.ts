import type { PlaceKind } from './place.ts';

/** A kernel and where it runs, as the runtime panel shows it: `GET /api/in-the-loop/v1/runtimes`. */
export interface RuntimeModel {
  readonly kernelId: string;
  readonly kernelspec: string;
  readonly displayName: string;
  readonly place: { readonly id: string; readonly title: string; readonly kind: PlaceKind };
  /** Jupyter's execution states, and `waiting` (its place has not started it) or `unreachable`. */
  readonly state: string;
  /** The queue's words, or why it cannot be reached. */
  readonly stateText: string | null;
  /** API path of the notebook whose session runs on it. */
  readonly notebook: string | null;
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly lastActivity: string;
  readonly connections: number;
  /** Runs that wait for their turn. */
  readonly queued: number;
  readonly pid: number | null;
  /** Processors in use (1 is one whole processor) and bytes of memory, where they can be known. */
  readonly cpu: number | null;
  readonly memory: number | null;
  /** For `jupyter console --existing`, where the kernel can be reached so. */
  readonly connectionFile: string | null;
  /** The page that runs it, of a kernel in a browser. */
  readonly host?: RuntimeHost;
}

export interface RuntimeHost {
  readonly hostId: string;
  /** Which browser, on which system: "Firefox on macOS". */
  readonly title: string;
  /** Whose page it is: a user name. */
  readonly person: string;
  /** Whether it is connected now. */
  readonly isThere: boolean;
}
