import type { EventLog } from '../../event-log/event-log.ts';
import type { RuntimeAgentEvent } from '../../event-log/events/runtime-agent.ts';
import type { Identity } from '../auth/identity.ts';
import { fromIdentityModel, toIdentityModel } from '../auth/identity-model.ts';
import { KeyBook, type KeyKind } from '../auth/key-book.ts';

/** A key with which one machine dials in. */
export interface RuntimeAgentKey {
  /** Of its place, too. */
  readonly keyId: string;
  readonly title: string;
  /** Who made it: the machine offers its kernels in this person's name. */
  readonly person: Identity;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

const kind: KeyKind<RuntimeAgentKey> = {
  stream: 'runtime-agents',
  prefix: 'itlm_',
  made: (hash, { keyId, title, person }) => ({
    type: 'runtime-agent-key-made',
    version: 1,
    data: { keyId, hash, title, person: toIdentityModel(person) },
  }),
  revoked: (keyId) => ({ type: 'runtime-agent-key-revoked', version: 1, data: { keyId } }),
  read(event, madeAt) {
    const { type, data } = event as RuntimeAgentEvent;
    if (type === 'runtime-agent-key-revoked') return { revoked: data.keyId };
    const { hash, keyId, title, person } = data;
    return { hash, key: { keyId, title, person: fromIdentityModel(person), madeAt } };
  },
};

/** @throws EventLogError */
export function loadRuntimeAgentKeys(log: EventLog): Promise<KeyBook<RuntimeAgentKey>> {
  return KeyBook.load(log, kind);
}
