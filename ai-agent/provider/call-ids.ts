import { randomBytes } from 'node:crypto';
import type { Message } from '../message.ts';
import { callIdsOf } from '../unique-call-ids.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** As long as Mistral's API wants them, letters and digits; the others take any. */
const LENGTH = 9;

/**
 * Ids of tool calls that are unique in a conversation: the model's own where it gives one that is not taken, ours otherwise. Some
 * servers give none, some count from 0 in each answer.
 */
export class CallIds {
  readonly #taken: Set<string>;
  readonly #newId: () => string;

  constructor(messages: readonly Message[], newId: () => string = randomId) {
    this.#newId = newId;
    this.#taken = callIdsOf(messages);
  }

  /** @param given '' for none */
  next(given: string): string {
    let id = given;
    while (id === '' || this.#taken.has(id)) id = this.#newId();
    this.#taken.add(id);
    return id;
  }
}

function randomId(): string {
  return Array.from(randomBytes(LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
}
