import { setTimeout as sleep } from 'node:timers/promises';
import { HttpError } from '../http-error.ts';

const FREE_FAILURES = 3;
const FIRST_DELAY = 250;
const LONGEST_DELAY = 8_000;
const FORGET_AFTER = 15 * 60_000;
const MOST_ADDRESSES = 1_000;
const WAITING_PER_ADDRESS = 5;
const WAITING_IN_ALL = 50;
/** Failures of everybody together, halved each minute, before everybody waits a little. */
const FREE_FAILURES_IN_ALL = 50;
const LONGEST_DELAY_IN_ALL = 1_000;

interface Attempts {
  failures: number;
  lastFailure: number;
  waiting: number;
  tail: Promise<unknown>;
}

/**
 * Makes guessing slow without shutting anybody out: attempts of one address are answered one after another, each after
 * a delay that grows with its failures up to a bound, and many addresses together get a small one. Only the login form
 * goes through here; a right token in a header or link is never delayed, and nobody is refused for what others did.
 */
export class LoginThrottle {
  readonly #attempts = new Map<string, Attempts>();
  readonly #now: () => number;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  #waiting = 0;
  #failuresInAll = { count: 0, at: 0 };

  constructor(
    now: () => number = Date.now,
    wait: (milliseconds: number) => Promise<unknown> = (delay) => sleep(delay, undefined, { ref: false }),
  ) {
    this.#now = now;
    this.#wait = wait;
  }

  /** What `check` says, once it is this attempt's turn. @throws HttpError 429 where too many wait already. */
  async attempt(address: string, check: () => Promise<boolean>): Promise<boolean> {
    const attempts = this.#of(networkOf(address));
    if (attempts.waiting >= WAITING_PER_ADDRESS || this.#waiting >= WAITING_IN_ALL)
      throw new HttpError(429, 'Too many login attempts at once. Wait a little, then try again.');
    attempts.waiting += 1;
    this.#waiting += 1;
    const turn = attempts.tail.then(() => this.#take(attempts, check));
    // The next attempt waits for this one's end, however it ends; who made this one hears of a failure through `turn`.
    attempts.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      attempts.waiting -= 1;
      this.#waiting -= 1;
    }
  }

  async #take(attempts: Attempts, check: () => Promise<boolean>): Promise<boolean> {
    const delay = Math.max(this.#delayOf(attempts), this.#delayOfAll());
    if (delay > 0) await this.#wait(delay);
    const right = await check();
    if (right) attempts.failures = 0;
    else {
      attempts.failures += 1;
      attempts.lastFailure = this.#now();
      this.#failuresInAll = { count: this.#countInAll() + 1, at: this.#now() };
    }
    return right;
  }

  #of(network: string): Attempts {
    const known = this.#attempts.get(network);
    const fresh =
      known !== undefined && (known.waiting > 0 || this.#now() - known.lastFailure < FORGET_AFTER);
    const attempts = fresh
      ? known
      : { failures: 0, lastFailure: this.#now(), waiting: 0, tail: Promise.resolve() };
    // Put at the end again: a Map keeps that order, and the first is the one unheard of for longest.
    this.#attempts.delete(network);
    this.#attempts.set(network, attempts);
    const oldest = this.#attempts.keys().next().value;
    if (this.#attempts.size > MOST_ADDRESSES && oldest !== undefined) this.#attempts.delete(oldest);
    return attempts;
  }

  #delayOf({ failures }: Attempts): number {
    if (failures < FREE_FAILURES) return 0;
    return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - FREE_FAILURES));
  }

  #delayOfAll(): number {
    return Math.min(LONGEST_DELAY_IN_ALL, Math.max(0, (this.#countInAll() - FREE_FAILURES_IN_ALL) * 10));
  }

  #countInAll(): number {
    const { count, at } = this.#failuresInAll;
    return count * 0.5 ** ((this.#now() - at) / 60_000);
  }
}

/** One house of IPv6 has 2^64 addresses, and counts as one. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::')) return address;
  return address.split(':').slice(0, 4).join(':');
}
