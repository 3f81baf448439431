import type { HostedMessage } from './hosted-message.ts';

/**
 * What a host and a kernel in its worker (or frame) say to each other with `postMessage`. The host says `start` once, hears
 * `progress` any number of times and then `ready` or `failed`; messages go both ways from `ready` on. A host ends a kernel by
 * ending its worker. Shared memory is there only where the engine has it (Node; cross-origin isolated pages).
 */
export type HostSays =
  | { readonly type: 'start'; readonly start: KernelStart }
  /** On shell, control or stdin. */
  | { readonly type: 'message'; readonly message: HostedMessage }
  /** After `interruptBuffer` was written, where there is one: it is heard between tasks, so by what waits and does not compute. */
  | { readonly type: 'interrupt' };

export type KernelSays =
  /** @param done from 0 to 1; null where nobody can tell */
  | { readonly type: 'progress'; readonly text: string; readonly done: number | null }
  | { readonly type: 'ready' }
  | { readonly type: 'message'; readonly message: HostedMessage }
  /** A line for whoever looks after the host: what Python itself and its libraries write besides outputs. */
  | { readonly type: 'log'; readonly text: string }
  /** It was shut down or left by `exit()`; or it broke while it was ready, and `failure` says how. Nothing follows. */
  | { readonly type: 'ended'; readonly failure: string | null }
  /** It can never be ready: what is wrong, and what to do about it, for people. */
  | { readonly type: 'failed'; readonly message: string; readonly remedy: string };

export interface KernelStart {
  readonly kernelId: string;
  /** For `JPY_SESSION_NAME`; null for none. */
  readonly sessionPath: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** One byte, to which a host writes 2 for SIGINT (`pyodide.setInterruptBuffer`). */
  readonly interruptBuffer: SharedArrayBuffer | null;
  /**
   * For answers to `input_request` of a kernel that waits for them without taking messages: an Int32 that is 0 while there is
   * none and its length in bytes + 1 once there is (`Atomics.notify`), and from byte 8 on the JSON of an `input_reply`'s content.
   */
  readonly inputBuffer: SharedArrayBuffer | null;
  /** An Int32 that is 1 while the kernel is to stand still: it then waits (`Atomics.wait`) before it says anything more (I5). */
  readonly pauseBuffer: SharedArrayBuffer | null;
  readonly python: PythonStart | null;
}

/** Where a Python of Pyodide gets what it is made of. */
export interface PythonStart {
  /** Folder (a URL that ends with `/`) of a Pyodide distribution: `pyodide.mjs` or `pyodide.js`, its wasm and standard library. */
  readonly distributionUrl: string;
  /** Our archive of IPython and what it needs, for this distribution's Python. */
  readonly archiveUrl: string;
  /**
   * Memory of a Python that has imported what every kernel needs (made by `makeSnapshot`, of this very distribution and
   * archive; `.gz` is unpacked), which saves most of the time until it is ready; absent or null: there is none.
   */
  readonly snapshotUrl?: string | null;
  /** Where packages come from that are not there yet (`pyodide-lock.json` and wheels; ends with `/`); null: nowhere. */
  readonly packagesUrl: string | null;
  /** Where micropip may look besides; none: only `packagesUrl`. */
  readonly indexUrls: readonly string[];
  /** Bytes of memory that it may have; null: as much as the engine gives. */
  readonly memory: number | null;
}
