import type { HostSays, KernelSays } from '../host-protocol.ts';

/** What a host's kernel is started with, as the server asked for it. */
export interface HostedLaunch {
  readonly kernelId: string;
  /** Of its kernelspec, as the server names it: `browser.python`. */
  readonly kernelspecName: string;
  readonly language: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** As the last restart had it. */
  readonly sessionPath: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes that it may have; null where nothing was set. */
  readonly memory: number | null;
}

/**
 * Starts one process of a kernel (a worker, a realm), again for each restart, and posts `start` to it by itself. Must not
 * throw, nor call the listener before it has returned: what is wrong is told by `says` (`failed`) or `ended`.
 */
export type StartKernel = (launch: HostedLaunch, listener: KernelProcessListener) => KernelProcess;

export interface KernelProcess {
  /** A running cell can be interrupted: there is memory that both share. */
  readonly canInterrupt: boolean;
  /** What it says can be held back: it has a `pauseBuffer`. */
  readonly canPause: boolean;
  /** Bytes in use, where it is known. */
  readonly memory?: number | null;
  /** `message` alone; an `input_reply` goes to the input buffer where there is one. */
  post(message: Extract<HostSays, { type: 'message' }>): void;
  /** Writes 2 to its interrupt buffer and posts `interrupt`. Where it `canInterrupt`; else never called. */
  interrupt(): void;
  /** Where it `canPause`; else never called. Idempotent. */
  pause(): void;
  resume(): void;
  /** Ends it at once; the listener is not called any more. Idempotent. */
  end(): void;
}

export interface KernelProcessListener {
  /** What it posts, in order. */
  says(said: KernelSays): void;
  /** It is gone, without having been asked: its worker failed, or memory ran out. Called once; nothing comes after it. */
  ended(how: ProcessEnd): void;
}

export interface ProcessEnd {
  /** Sentences for people: what happened and what to do about it. */
  readonly why: string;
  readonly isOutOfMemory: boolean;
}
