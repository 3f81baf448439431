import { randomUUID } from 'node:crypto';
import type { Effect } from '../../ai-agent/tool.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { AgentKeyEvent } from '../../event-log/events/agent-key.ts';
import type { Identity } from '../auth/identity.ts';
import { fromIdentityModel, toIdentityModel } from '../auth/identity-model.ts';
import { KeyBook, type KeyKind } from '../auth/key-book.ts';

export interface AgentKey {
  readonly keyId: string;
  /** For people: what it is for. */
  readonly name: string;
  readonly scopes: readonly Effect[];
  readonly person: Identity;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

const kind: KeyKind<AgentKey> = {
  stream: 'agent-keys',
  prefix: 'itl_',
  made: (hash, { keyId, name, scopes, person }) => ({
    type: 'agent-key-made',
    version: 1,
    data: { keyId, hash, name, scopes: [...scopes], person: toIdentityModel(person) },
  }),
  revoked: (keyId) => ({ type: 'agent-key-revoked', version: 1, data: { keyId } }),
  read(event, madeAt) {
    const { type, data } = event as AgentKeyEvent;
    if (type === 'agent-key-revoked') return { revoked: data.keyId };
    const { hash, keyId, name, scopes, person } = data;
    return { hash, key: { keyId, name, scopes, person: fromIdentityModel(person), madeAt } };
  },
};

/** Keys by which other agents work here for somebody. */
export class AgentKeys {
  readonly #book: KeyBook<AgentKey>;

  private constructor(book: KeyBook<AgentKey>) {
    this.#book = book;
  }

  /** @throws EventLogError */
  static async load(log: EventLog): Promise<AgentKeys> {
    return new AgentKeys(await KeyBook.load(log, kind));
  }

  get isFull(): boolean {
    return this.#book.isFull;
  }

  /** Null for what is no key, or was revoked. */
  find(offered: string): AgentKey | null {
    return this.#book.find(offered);
  }

  of(username: string): AgentKey[] {
    return this.#book.all().filter(({ person }) => person.username === username);
  }

  /** @returns the key itself, which nobody can be told again */
  make(
    name: string,
    scopes: readonly Effect[],
    person: Identity,
  ): Promise<{ readonly key: string; readonly made: AgentKey }> {
    const about = { keyId: randomUUID(), name, scopes, person, madeAt: Date.now() };
    return this.#book.make(about, person.username);
  }

  async revoke(key: AgentKey, person: Identity): Promise<void> {
    await this.#book.revoke(key, person.username);
  }
}
