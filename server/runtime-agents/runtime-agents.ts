import { join } from 'node:path';
import type { EventLog } from '../../event-log/event-log.ts';
import type { Place } from '../../kernel-bridge/places/place.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import type { KeyBook } from '../auth/key-book.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import type { MachineModel } from '../wire/place.ts';
import type { RuntimeAgentModel } from '../wire/places-api.ts';
import { loadRuntimeAgentKeys, type RuntimeAgentKey } from './agent-keys.ts';
import type { Guest } from './link-route.ts';
import { RuntimeAgent } from './runtime-agent.ts';

/** The server's places, of which each machine that dials in becomes one. */
export interface PlacesToJoin {
  /** Which id a new one gets. */
  idFor(request: { readonly title: string }): string;
  /** @returns what takes it away again */
  join(joined: {
    readonly id: string;
    readonly title: string;
    readonly kind: 'agent';
    readonly place: Place;
    machine(): MachineModel | null;
    removed(actor: string): Promise<void>;
  }): Promise<() => Promise<void>>;
}

export interface RuntimeAgentsOptions {
  readonly log: EventLog;
  /** Absolute; there is a folder in it for each. */
  readonly directory: string;
  readonly programVersion: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
}

/** The machines that dial in with keys that people made. */
export class RuntimeAgents {
  readonly #options: RuntimeAgentsOptions;
  readonly #keys: KeyBook<RuntimeAgentKey>;
  readonly #agents = new Map<string, RuntimeAgent>();
  readonly #leave = new Map<string, () => Promise<void>>();
  #places: PlacesToJoin | null = null;

  /** @throws EventLogError */
  static async load(options: RuntimeAgentsOptions): Promise<RuntimeAgents> {
    const agents = new RuntimeAgents(options, await loadRuntimeAgentKeys(options.log));
    for (const key of agents.#keys.all()) agents.#add(key);
    return agents;
  }

  private constructor(options: RuntimeAgentsOptions, keys: KeyBook<RuntimeAgentKey>) {
    this.#options = options;
    this.#keys = keys;
  }

  list(): RuntimeAgentModel[] {
    return [...this.#agents.values()].map(({ model }) => model);
  }

  /** Makes places of all that are known, and of those to come. */
  async join(places: PlacesToJoin): Promise<void> {
    this.#places = places;
    for (const agent of this.#agents.values()) await this.#joinOne(agent);
  }

  find(key: string): Guest | null {
    const known = this.#keys.find(key);
    return known === null ? null : (this.#agents.get(known.keyId) ?? null);
  }

  /** @throws HttpError 409 */
  async make(
    title: string,
    person: Identity,
  ): Promise<{ readonly key: string; readonly agent: RuntimeAgentModel }> {
    if (this.#keys.isFull) throw new HttpError(409, 'There are too many keys. Revoke some first.');
    const keyId = this.#places?.idFor({ title }) ?? title;
    const { key, made } = await this.#keys.make(
      { keyId, title, person, madeAt: Date.now() },
      person.username,
    );
    const agent = this.#add(made);
    await this.#joinOne(agent);
    return { key, agent: agent.model };
  }

  /** Ends its connection at once; its kernels are over. @throws HttpError 404 */
  async revoke(id: string, actor: string): Promise<void> {
    const agent = this.#agents.get(id);
    if (agent === undefined) throw new HttpError(404, `There is no machine "${id}".`);
    await this.#keys.revoke(agent.key, actor);
    this.#agents.delete(id);
    agent.revoked();
    await this.#leave.get(id)?.();
    this.#leave.delete(id);
    agent.removeFolder();
  }

  /** Their agents are to come again. Idempotent; their places are closed by whoever has them. */
  close(): void {
    for (const agent of this.#agents.values()) agent.leave();
  }

  #add(key: RuntimeAgentKey): RuntimeAgent {
    const { directory, programVersion, authorize, logger } = this.#options;
    const folder = join(directory, key.keyId);
    const agent = new RuntimeAgent({ key, folder, programVersion, authorize, logger });
    this.#agents.set(key.keyId, agent);
    return agent;
  }

  async #joinOne(agent: RuntimeAgent): Promise<void> {
    const { keyId: id, title } = agent.key;
    const leave = await this.#places?.join({
      ...{ id, title, kind: 'agent', place: agent.place },
      machine: () => agent.machine,
      removed: (actor) => (this.#agents.has(id) ? this.revoke(id, actor) : Promise.resolve()),
    });
    if (leave !== undefined) this.#leave.set(id, leave);
  }
}
