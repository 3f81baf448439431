import { setTimeout as sleep } from 'node:timers/promises';
import { UNSEEN_EXIT } from '../kernel.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import type { HostedExit, HostedProcess, KnownProcess } from '../remote/kernel-host.ts';

export interface AttachedProcessPlan {
  /** Absolute; it may be gone by now. */
  readonly connectionFile: string;
  readonly connection: ConnectionInfo;
  readonly kernelInfo: Readonly<Record<string, unknown>> | null;
  /** Whether its heartbeat answers within a second. */
  beats(): Promise<boolean>;
  presence(): Promise<'listens' | 'refused' | 'unknown'>;
}

/** Its owner may restart it, which takes a moment in which nobody listens. In milliseconds. */
const RESTART_TIME = 5_000;
/** Nobody says that it is gone, and nobody answers. */
const SILENCE_LIMIT = 120_000;
const PAUSE = 500;

/** A process that somebody else started and will end. It is looked for when its sockets have closed. */
export class AttachedProcess implements HostedProcess {
  readonly known: KnownProcess;
  readonly connection: ConnectionInfo;
  readonly connectionFile: string;
  readonly kernelInfo: Readonly<Record<string, unknown>> | null;
  readonly pid = null;
  readonly exit: Promise<HostedExit>;
  readonly #plan: AttachedProcessPlan;
  #onGone!: (exit: HostedExit) => void;
  #isLooking = false;
  readonly #released = new AbortController();

  constructor(plan: AttachedProcessPlan) {
    const { connection, connectionFile, kernelInfo } = plan;
    this.#plan = plan;
    this.connection = connection;
    this.connectionFile = connectionFile;
    this.kernelInfo = kernelInfo;
    this.known = { connection, connectionFile };
    this.exit = new Promise((resolve) => (this.#onGone = resolve));
  }

  suspect(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#look().finally(() => (this.#isLooking = false));
  }

  /** It is not ours to end. */
  end(): Promise<boolean> {
    return Promise.resolve(false);
  }

  release(): Promise<void> {
    this.#released.abort();
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    const { signal } = this.#released;
    const since = Date.now();
    let refusedSince: number | null = null;
    while (!signal.aborted) {
      const [beats, presence] = await Promise.all([this.#plan.beats(), this.#plan.presence()]);
      if (beats) return;
      const now = Date.now();
      refusedSince = presence === 'refused' ? (refusedSince ?? now) : null;
      if (refusedSince !== null && now - refusedSince >= RESTART_TIME)
        return this.#onGone({ ...UNSEEN_EXIT, explanation: 'It has ended: nobody listens where it did.' });
      if (now - since >= SILENCE_LIMIT)
        return this.#onGone({ ...UNSEEN_EXIT, explanation: 'It has not answered for two minutes.' });
      // Nothing tells when it is back, or gone.
      await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
    }
  }
}
