import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentPlace } from '../../kernel-bridge/agent/agent-place.ts';
import type { AgentMachine, AgentSays, ServerSays } from '../../kernel-bridge/agent/agent-protocol.ts';
import type { LinkSocket } from '../../kernel-bridge/agent/link-socket.ts';
import type { Authorize } from '../auth/authorize.ts';
import { DialInSeat } from '../dial-in-seat.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import type { MachineModel } from '../wire/place.ts';
import type { RuntimeAgentModel } from '../wire/places-api.ts';
import type { RuntimeAgentKey } from './agent-keys.ts';
import type { Guest } from './link-route.ts';
import { type Presence, readPresence, writePresence } from './presence-file.ts';

export interface RuntimeAgentOptions {
  readonly key: RuntimeAgentKey;
  /** Its alone. */
  readonly folder: string;
  readonly programVersion: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
}

type Hello = Extract<AgentSays, { type: 'hello' }>;

/** Clocks may differ by so much without anybody being told, in milliseconds. */
const SKEW = 60_000;

/** One key, the machine that comes with it, and the place that it is. */
export class RuntimeAgent implements Guest {
  readonly place: AgentPlace;
  readonly #options: RuntimeAgentOptions;
  readonly #seat: DialInSeat;
  #presence: Presence | null;

  constructor(options: RuntimeAgentOptions) {
    const { key, folder, programVersion, logger: log } = options;
    this.#options = options;
    this.#presence = readPresence(folder);
    // Its own url and key are for supervisors that the server starts.
    this.#seat = new DialInSeat({ url: () => '', key: '', programVersion, log });
    this.place = new AgentPlace({
      title: key.title,
      folder: join(folder, 'kernels'),
      log,
      dialIn: this.#seat,
      machine: () => this.#presence?.machine ?? null,
    });
  }

  get key(): RuntimeAgentKey {
    return this.#options.key;
  }

  get machine(): MachineModel | null {
    if (this.#presence === null) return null;
    const { hostname, platform, labels, cpus, load, memory, memoryFree } = this.#presence.machine;
    return { hostname, platform, labels, cpus, load, memory, memoryFree };
  }

  get model(): RuntimeAgentModel {
    const { keyId, title, madeAt } = this.key;
    const lastSeen = this.#seat.isThere ? Date.now() : (this.#presence?.lastSeen ?? null);
    return {
      id: keyId,
      title,
      createdAt: new Date(madeAt).toISOString(),
      isConnected: this.#seat.isThere,
      lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
      machine: this.machine,
    };
  }

  arrived(hello: Hello, link: LinkSocket): ServerSays {
    const { key, authorize, logger } = this.#options;
    try {
      authorize(key.person, 'execute', 'kernels');
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return { type: 'refused', reason: 'revoked', message: `Whoever made this key may not run kernels.` };
    }
    const known = this.#presence;
    if (known !== null && known.machineId !== hello.machineId && this.place.count > 0)
      return {
        type: 'refused',
        reason: 'other-machine',
        message: `Kernels of ${key.title} run at ${known.machine.hostname}, with other state than here. Make a key of its own for each machine; or end those kernels first.`,
      };
    this.#note(hello.machineId, hello.machine);
    const skew = Date.parse(hello.now) - Date.now();
    const note =
      Math.abs(skew) < SKEW
        ? null
        : `The clock of ${hello.machine.hostname} is ${duration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the server's: times of what its kernels say differ by that.`;
    if (note !== null) logger.warn({ agent: key.keyId }, note);
    link.say({ type: 'accepted', title: key.title, note } satisfies ServerSays);
    logger.info({ agent: key.keyId, machine: hello.machine.hostname }, 'A runtime agent is connected');
    this.#seat.take(link);
    return { type: 'accepted', title: key.title, note };
  }

  described(machine: AgentMachine): void {
    if (this.#presence === null) return;
    const isOther = !isSameOffer(machine, this.#presence.machine);
    this.#presence = { ...this.#presence, machine, lastSeen: Date.now() };
    if (isOther) this.#note(this.#presence.machineId, machine);
    if (isOther) this.place.changed();
  }

  left(link: LinkSocket): void {
    if (!this.#seat.left(link) || this.#presence === null) return;
    this.#options.logger.info({ agent: this.key.keyId }, 'A runtime agent is gone');
    this.#note(this.#presence.machineId, this.#presence.machine);
    this.place.changed();
  }

  /** Its key is none any more. */
  revoked(): void {
    const { title, keyId } = this.key;
    this.#seat.refuse('revoked', `The key of ${title} was revoked.`);
    this.place.abandon(`the key of ${title} was revoked, so that it cannot be reached any more`);
    this.#seat.close();
    this.#options.logger.info({ agent: keyId }, 'The key of a runtime agent was revoked');
  }

  /** After `revoked`. */
  removeFolder(): void {
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  /** The server ends. Idempotent. */
  leave(): void {
    this.#seat.leave();
  }

  #note(machineId: string, machine: AgentMachine): void {
    this.#presence = { machineId, machine, lastSeen: Date.now() };
    try {
      writePresence(this.#options.folder, this.#presence);
    } catch (error) {
      this.#options.logger.warn({ err: error, agent: this.key.keyId }, 'A runtime agent is not written down');
    }
  }
}

/** Load and memory are always otherwise. */
function isSameOffer(one: AgentMachine, other: AgentMachine): boolean {
  const offer = ({ name, labels, kernelspecs }: AgentMachine): string =>
    JSON.stringify([name, labels, kernelspecs]);
  return offer(one) === offer(other);
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
