import type { HostSays, KernelSays } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import type { BrowserKernelKind } from '../browser-runtime.ts';

/** Where one kernel runs: a worker, or a realm in a frame. */
export interface KernelEngine {
  say(said: HostSays): void;
  /** At once, whatever it does. Nothing is heard of it after. Idempotent. */
  end(): void;
}

export interface KernelEngineEvents {
  says(said: KernelSays): void;
  /** It cannot go on. @param why for people */
  broke(why: string): void;
}

export type StartEngine = (kind: BrowserKernelKind, events: KernelEngineEvents) => KernelEngine;
