import { setTimeout as sleep } from 'node:timers/promises';
import { KernelError } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { PlaceError } from '../places/place-error.ts';
import type { ConnectionListener } from '../supervisor/supervisor-connection.ts';
import type { Reach } from './reach.ts';

/**
 * Makes one connection, as `greetSupervisor` does over whatever pipe; takes as long as it takes. It is tried again after
 * `ended` and errors, later where a PlaceError says that a person has to do something.
 */
export type ConnectElsewhere = (
  clientId: string,
  listener: ConnectionListener,
  signal: AbortSignal,
) => Promise<'welcome' | 'ended'>;

export interface ReachLoopOptions {
  /** For people, as the beginning of a sentence: "login.example". */
  readonly title: string;
  readonly log: KernelLog;
  readonly connect: ConnectElsewhere;
  /** Why it is away, where no attempt failed: it dials in by itself and has not, for one. Default: it does not answer. */
  readonly awayReason?: string;
  /** How long a break may last until people are told, and what they ask fails; milliseconds. Default 10 s. */
  readonly patience?: number;
  /** Must not throw. */
  readonly onReach?: (reach: Reach) => void;
}

export interface ReachUser {
  /** Whether it is to be connected to, without anybody asking. */
  isNeeded(): boolean;
  /** It has been away for as long as people are patient. */
  away(): void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const PATIENCE = 10_000;
/** Between attempts, in milliseconds; doubled each time. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 60_000;
/** Where a person has to do something first, trying again and again would be taken for an attack. */
const RETRY_DENIED = 600_000;
/** A connection that did not last as long is no reason to try at once. */
const LASTED = 10_000;

/** Keeps a supervisor elsewhere connected while it is needed, and knows for how long it has been away. */
export class ReachLoop {
  readonly #options: ReachLoopOptions;
  readonly #user: ReachUser;
  readonly #leaving = new AbortController();
  #state: Reach = { state: 'unneeded' };
  #awayTimer: NodeJS.Timeout | undefined;
  #isWanted = false;
  #isTakenOver = false;
  /** The last attempt failed, or its connection soon ended: not again at once. */
  #isToWait = false;
  #retryAfter = FIRST_RETRY;
  readonly #wakers = new Set<() => void>();
  /** Who waits for the outcome of the next attempt, and who for a way that broke a moment ago. */
  readonly #trying = new Set<Waiting>();
  readonly #waiting = new Set<Waiting>();

  constructor(options: ReachLoopOptions, user: ReachUser) {
    this.#options = options;
    this.#user = user;
  }

  get state(): Reach {
    return this.#state;
  }

  /** Why nothing can be asked of it now. */
  get lost(): KernelError {
    const reason = this.#state.state === 'away' ? `: ${this.#state.reason}` : '';
    return new KernelError('KERNEL_SUPERVISOR_LOST', `${this.#options.title} cannot be reached${reason}`);
  }

  /**
   * Connects now where it is not connected, also if it was to be tried later.
   * @throws whatever `connect` does, of the next attempt
   */
  reach(): Promise<void> {
    if (this.#state.state === 'reached') return Promise.resolve();
    if (this.#leaving.signal.aborted) return Promise.reject(this.lost);
    this.#isWanted = true;
    this.#isTakenOver = false;
    return new Promise((resolve, reject) => {
      this.#trying.add({ resolve, reject });
      this.#wake();
    });
  }

  /** Waits a little for a way that broke a moment ago. @throws KernelError KERNEL_SUPERVISOR_LOST */
  async untilReached(): Promise<void> {
    if (this.#state.state === 'reached') return;
    if (this.#state.state !== 'connecting') throw this.lost;
    await new Promise<void>((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  /** Another server has the supervisor: it is not taken back until somebody asks. */
  takenOver(): void {
    this.#isTakenOver = true;
  }

  /** Resolves when there is a connection. @throws KernelError once this is closed */
  async connect(clientId: string, listener: ConnectionListener): Promise<void> {
    const heard = this.#heard(listener);
    let mayBeReplaced = true;
    for (;;) {
      if (this.#isToWait) await this.#pause();
      await this.#untilWanted();
      if (this.#leaving.signal.aborted) throw this.lost;
      this.#connecting();
      this.#isToWait = true;
      try {
        const outcome = await this.#options.connect(clientId, heard, this.#leaving.signal);
        if (outcome === 'welcome') return;
        // An idle supervisor of another version was there: the next one is ours.
        this.#isToWait = !mayBeReplaced;
        if (mayBeReplaced) {
          mayBeReplaced = false;
          continue;
        }
        this.#failed(new KernelError('KERNEL_SUPERVISOR_LOST', 'the connection ended before it was one'));
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Idempotent. */
  close(): void {
    this.#leaving.abort();
    clearTimeout(this.#awayTimer);
    for (const waiting of [this.#trying, this.#waiting]) settle(waiting, ({ reject }) => reject(this.lost));
    this.#wake();
  }

  #heard(listener: ConnectionListener): ConnectionListener {
    let welcomedAt = 0;
    return {
      ...listener,
      welcomed: (welcome, line) => {
        welcomedAt = Date.now();
        // Who is told of it may use it at once.
        listener.welcomed(welcome, line);
        this.#reached();
      },
      closed: () => {
        this.#isToWait = Date.now() - welcomedAt < LASTED;
        if (!this.#isToWait) this.#retryAfter = FIRST_RETRY;
        listener.closed();
        this.#become({ state: 'unneeded' });
        if (this.#user.isNeeded()) this.#connecting();
      },
    };
  }

  #connecting(): void {
    if (this.#leaving.signal.aborted || this.#state.state !== 'unneeded') return;
    this.#become({ state: 'connecting', since: new Date() });
    const { patience = PATIENCE, awayReason = 'it does not answer' } = this.#options;
    this.#awayTimer = setTimeout(() => this.#away(awayReason), patience).unref();
  }

  #reached(): void {
    clearTimeout(this.#awayTimer);
    this.#become({ state: 'reached', since: new Date() });
    for (const waiting of [this.#trying, this.#waiting]) settle(waiting, ({ resolve }) => resolve());
  }

  #failed(error: unknown): void {
    if (this.#leaving.signal.aborted) return;
    const reason = (error as Error).message;
    this.#options.log.warn({ place: this.#options.title, reason }, 'a supervisor elsewhere is not reached');
    const isDenied = error instanceof PlaceError && error.code !== 'PLACE_UNREACHABLE';
    if (isDenied) this.#retryAfter = RETRY_DENIED;
    settle(this.#trying, ({ reject }) => reject(error));
    if (isDenied || this.#state.state === 'away') this.#away(reason);
  }

  #away(reason: string): void {
    clearTimeout(this.#awayTimer);
    const before = this.#state;
    const since = before.state === 'unneeded' ? new Date() : before.since;
    this.#become(this.#user.isNeeded() ? { state: 'away', since, reason } : { state: 'unneeded' });
    settle(this.#waiting, ({ reject }) => reject(this.lost));
    if (before.state !== 'away') this.#user.away();
  }

  /** Waits where nobody needs a connection, or another server has taken it. */
  async #untilWanted(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      if (this.#isTakenOver) this.#away('another server has taken over its kernels');
      else if (this.#isWanted || this.#user.isNeeded()) break;
      await new Promise<void>((resolve) => this.#onWake(resolve));
    }
    this.#isWanted = false;
  }

  async #pause(): Promise<void> {
    const woken = new AbortController();
    const stop = this.#onWake(() => woken.abort());
    // Whoever wakes it wants it now.
    await sleep(this.#retryAfter, undefined, { signal: woken.signal, ref: false }).catch(() => undefined);
    stop();
    this.#retryAfter = Math.min(2 * this.#retryAfter, LAST_RETRY);
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  #onWake(wake: () => void): () => void {
    const once = (): void => {
      this.#wakers.delete(once);
      wake();
    };
    this.#wakers.add(once);
    return () => this.#wakers.delete(once);
  }

  #become(state: Reach): void {
    this.#state = state;
    this.#options.onReach?.(state);
  }
}

function settle(waiting: Set<Waiting>, tell: (one: Waiting) => void): void {
  const all = [...waiting];
  waiting.clear();
  all.forEach(tell);
}
