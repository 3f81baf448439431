import { createHmac, timingSafeEqual } from 'node:crypto';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Text that a browser keeps for us and cannot change: `<text>.<time>.<mac>`, each in base64url or base 36. The purpose
 * is part of what is signed, so that a value given out for one cookie is worth nothing in another.
 */
export class SignedValues {
  readonly #key: string;
  readonly #now: () => number;

  constructor(key: string, now: () => number = Date.now) {
    this.#key = key;
    this.#now = now;
  }

  sign(purpose: string, text: string): string {
    const signed = `${Buffer.from(text).toString('base64url')}.${Math.floor(this.#now()).toString(36)}`;
    return `${signed}.${this.#mac(purpose, signed)}`;
  }

  /** The text, or null where the value was not signed here for this purpose, or more than `maximumDays` ago. */
  verify(purpose: string, value: string, maximumDays: number): string | null {
    const end = value.lastIndexOf('.');
    const signed = value.slice(0, Math.max(end, 0));
    const [encoded, time] = signed.split('.');
    if (encoded === undefined || time === undefined) return null;
    if (!sameText(value.slice(end + 1), this.#mac(purpose, signed))) return null;
    const age = this.#now() - Number.parseInt(time, 36);
    // A clock that was set back must not sign everybody out, hence a day's grace on that side.
    if (!(age >= -DAY && age <= maximumDays * DAY)) return null;
    return Buffer.from(encoded, 'base64url').toString();
  }

  #mac(purpose: string, signed: string): string {
    return createHmac('sha256', this.#key).update(`${purpose}\0${signed}`).digest('base64url');
  }
}

function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
