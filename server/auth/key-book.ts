import { createHash, randomBytes } from 'node:crypto';
import type { EventLog } from '../../event-log/event-log.ts';
import type { Event, StoredEvent } from '../../event-log/event.ts';

const KEY_BYTES = 32;
/** More is a mistake in somebody's program. */
const MOST = 1000;

/** How one kind of keys is written down: two events, one stream. */
export interface KeyKind<Key extends { readonly keyId: string }> {
  readonly stream: string;
  /** What such a key begins with, so that people and scanners tell what it is. */
  readonly prefix: string;
  made(hash: string, key: Key): Event;
  revoked(keyId: string): Event;
  /** @param time when it was appended, in milliseconds since the epoch */
  read(
    event: StoredEvent | Event,
    time: number,
  ): { readonly hash: string; readonly key: Key } | { readonly revoked: string };
}

/** Keys that people make for programs: shown once, and known here by their hashes alone (I10). */
export class KeyBook<Key extends { readonly keyId: string }> {
  readonly #log: EventLog;
  readonly #kind: KeyKind<Key>;
  /** By hash. */
  readonly #keys = new Map<string, Key>();

  private constructor(log: EventLog, kind: KeyKind<Key>) {
    this.#log = log;
    this.#kind = kind;
  }

  /** @throws EventLogError */
  static async load<Key extends { readonly keyId: string }>(
    log: EventLog,
    kind: KeyKind<Key>,
  ): Promise<KeyBook<Key>> {
    const book = new KeyBook(log, kind);
    for await (const event of log.read(kind.stream)) book.#evolve(event, event.time);
    return book;
  }

  get isFull(): boolean {
    return this.#keys.size >= MOST;
  }

  all(): Key[] {
    return [...this.#keys.values()];
  }

  /** Null for what is no key, or was revoked. */
  find(offered: string): Key | null {
    return offered.startsWith(this.#kind.prefix) ? (this.#keys.get(hashOf(offered)) ?? null) : null;
  }

  /**
   * @param actor a user name
   * @returns the key itself, which nobody can be told again
   */
  async make(about: Key, actor: string): Promise<{ readonly key: string; readonly made: Key }> {
    const key = `${this.#kind.prefix}${randomBytes(KEY_BYTES).toString('base64url')}`;
    const hash = hashOf(key);
    await this.#append(this.#kind.made(hash, about), actor);
    return { key, made: this.#keys.get(hash) as Key };
  }

  async revoke({ keyId }: Key, actor: string): Promise<void> {
    await this.#append(this.#kind.revoked(keyId), actor);
  }

  async #append(event: Event, actor: string): Promise<void> {
    await this.#log.append(this.#kind.stream, [{ ...event, actor, causedBy: null, frames: [] }]);
    this.#evolve(event, Date.now());
  }

  #evolve(event: Event, time: number): void {
    const read = this.#kind.read(event, time);
    if ('hash' in read) this.#keys.set(read.hash, read.key);
    else for (const [hash, { keyId }] of this.#keys) if (keyId === read.revoked) this.#keys.delete(hash);
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
