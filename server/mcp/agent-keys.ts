import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Effect } from '../../ai-agent/tool.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { AgentKeyEvent } from '../../event-log/events/agent-key.ts';
import type { Identity } from '../auth/identity.ts';
import { fromIdentityModel, toIdentityModel } from '../auth/identity-model.ts';

const STREAM = 'agent-keys';
const PREFIX = 'itl_';
const KEY_BYTES = 32;
/** More is a mistake in somebody's program. */
const MOST = 1000;

export interface AgentKey {
  readonly keyId: string;
  /** For people: what it is for. */
  readonly name: string;
  readonly scopes: readonly Effect[];
  readonly person: Identity;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

/** Keys by which other agents work here for somebody: only their hashes are known (I10). */
export class AgentKeys {
  readonly #log: EventLog;
  /** By hash. */
  readonly #keys = new Map<string, AgentKey>();

  private constructor(log: EventLog) {
    this.#log = log;
  }

  /** @throws EventLogError */
  static async load(log: EventLog): Promise<AgentKeys> {
    const keys = new AgentKeys(log);
    for await (const event of log.read(STREAM)) keys.#evolve(event as AgentKeyEvent, event.time);
    return keys;
  }

  get isFull(): boolean {
    return this.#keys.size >= MOST;
  }

  /** Null for what is no key, or was revoked. */
  find(offered: string): AgentKey | null {
    return offered.startsWith(PREFIX) ? (this.#keys.get(hashOf(offered)) ?? null) : null;
  }

  of(username: string): AgentKey[] {
    return [...this.#keys.values()].filter(({ person }) => person.username === username);
  }

  /** @returns the key itself, which nobody can be told again */
  async make(
    name: string,
    scopes: readonly Effect[],
    person: Identity,
  ): Promise<{ readonly key: string; readonly made: AgentKey }> {
    const key = `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
    const hash = hashOf(key);
    const data = { keyId: randomUUID(), hash, name, scopes: [...scopes], person: toIdentityModel(person) };
    await this.#append({ type: 'agent-key-made', version: 1, data }, person);
    return { key, made: this.#keys.get(hash) as AgentKey };
  }

  async revoke({ keyId }: AgentKey, person: Identity): Promise<void> {
    await this.#append({ type: 'agent-key-revoked', version: 1, data: { keyId } }, person);
  }

  async #append(event: AgentKeyEvent, { username: actor }: Identity): Promise<void> {
    await this.#log.append(STREAM, [{ ...event, actor, causedBy: null, frames: [] }]);
    this.#evolve(event, Date.now());
  }

  #evolve(event: AgentKeyEvent, time: number): void {
    if (event.type === 'agent-key-made') {
      const { hash, keyId, name, scopes, person } = event.data;
      this.#keys.set(hash, { keyId, name, scopes, person: fromIdentityModel(person), madeAt: time });
      return;
    }
    for (const [hash, { keyId }] of this.#keys) if (keyId === event.data.keyId) this.#keys.delete(hash);
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
