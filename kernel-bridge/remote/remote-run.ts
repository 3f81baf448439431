import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'zeromq';
import { KernelError } from '../kernel.ts';
import { HeldMessages } from '../life/held-messages.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { type FarOptions, ZmqConnection, type ZmqConnectionListener } from '../zmq/zmq-connection.ts';
import type { HostedExit, HostedProcess } from './kernel-host.ts';

export interface RemoteRunPlan {
  readonly context: Context;
  readonly process: HostedProcess;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly interruptMode: 'signal' | 'message';
  /** Whether it is ours to end. */
  readonly isOwned: boolean;
  /** Of an earlier connection to the same process. */
  readonly routingId: string | undefined;
  readonly listener: ZmqConnectionListener;
}

/** Jupyter's `shutdown_wait_time`, 5 s in all: half for the request, half for the request to the process. */
const STEP = 2_500;
const AFTER_KILL = 5_000;
/** In milliseconds; see CurrentRun. */
const WAKING = 50;

const TRIES = { reconnectMaxInterval: 1_000 };
/** A way to another machine may break without a word. One that ends on this machine does not. */
const FAR = { ...TRIES, heartbeatInterval: 10_000, heartbeatTimeout: 30_000 };

/** One process of a kernel elsewhere with the connection to it. */
export class RemoteRun {
  readonly process: HostedProcess;
  readonly connection: ZmqConnection;
  readonly startedAt: number;
  readonly #plan: RemoteRunPlan;
  /** What waits until the process answers and is heard; null from then on. */
  #held: HeldMessages | null = new HeldMessages();
  #paused = false;
  #isGone = false;

  /** @throws KernelError KERNEL_LAUNCH_FAILED */
  constructor(plan: RemoteRunPlan) {
    this.#plan = plan;
    this.process = plan.process;
    this.startedAt = plan.startedAt;
    const { context, process, listener, routingId } = plan;
    const { transport, ip } = process.connection;
    const way: FarOptions = transport === 'ipc' || ip.startsWith('127.') || ip === 'localhost' ? TRIES : FAR;
    try {
      this.connection = new ZmqConnection(context, process.connection, listener, routingId, way);
    } catch (cause) {
      throw new KernelError('KERNEL_LAUNCH_FAILED', `no connection: ${(cause as Error).message}`, { cause });
    }
    void process.exit.then(() => (this.#isGone = true));
  }

  /** In milliseconds. */
  get lifetime(): number {
    return Date.now() - this.startedAt;
  }

  /** @throws KernelError KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: KernelMessage): void {
    if (this.#held !== null) this.#held.add(message);
    else this.connection.send(message);
  }

  get held(): Iterable<KernelMessage> {
    return this.#held ?? [];
  }

  /** @param held what was sent before it was there */
  attend(held: HeldMessages): void {
    this.#held = held;
  }

  /** From now on what is sent waits until it is handed over. */
  hold(): void {
    this.#held ??= new HeldMessages();
  }

  /**
   * From now on messages are sent at once, after those that waited.
   * @param onFailure senders were told that what waits is taken: a failure now is for the log
   */
  handOver(onFailure: (error: unknown) => void): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) {
      try {
        this.connection.send(message);
      } catch (error) {
        onFailure(error);
      }
    }
  }

  /** It is not the kernel's current process any more. @returns what still waits */
  leaveHeld(): HeldMessages | null {
    this.setPaused(false);
    return this.#held;
  }

  /** @returns whether that changed anything */
  setPaused(isPaused: boolean): boolean {
    if (this.#paused === isPaused || this.process.pause === undefined) return false;
    this.#paused = isPaused;
    this.process.pause(isPaused);
    return true;
  }

  /** @throws KernelError KERNEL_LAUNCH_FAILED or another of the host, if it could not be asked */
  async interrupt(): Promise<void> {
    if (this.setPaused(false)) await sleep(WAKING);
    if (this.#plan.interruptMode === 'signal' && this.process.interrupt !== undefined)
      await this.process.interrupt();
    else await this.connection.interrupt();
  }

  /**
   * Ends the process, if it is ours, and the connection, after the last of what it said is delivered.
   * @param how asked with `shutdown_request {restart}`, or killed at once
   * @returns whether the process is gone
   */
  async end(how: { readonly restart: boolean } | 'killed'): Promise<boolean> {
    if (!this.#plan.isOwned) {
      await this.leave();
      return true;
    }
    const gone = await this.#ladder(how);
    await this.#disconnect();
    await this.#release();
    return gone;
  }

  /** A host that does not answer holds up no step. */
  async #ladder(how: { readonly restart: boolean } | 'killed'): Promise<boolean> {
    if (how !== 'killed') {
      void this.#attempt(() => this.#askToEnd(how.restart));
      if (await this.#goneWithin(STEP)) return true;
      void this.#attempt(() => this.process.end('terminate'));
      if (await this.#goneWithin(STEP)) return true;
    }
    const killed = this.#attempt(() => this.process.end('kill'));
    return this.#goneWithin(AFTER_KILL, killed);
  }

  async #askToEnd(restart: boolean): Promise<void> {
    await this.interrupt();
    this.connection.request('shutdown_request', { restart });
  }

  /** After the process ended by itself. */
  async buried(): Promise<HostedExit> {
    await this.#disconnect();
    const exit = await this.process.exit;
    await this.#release();
    return exit;
  }

  /** The process lives on. */
  async leave(): Promise<void> {
    await this.connection.leave();
    await this.#release();
  }

  async #disconnect(): Promise<void> {
    await this.connection.drain();
    this.connection.close();
  }

  async #release(): Promise<void> {
    await this.#attempt(() => this.process.release());
  }

  /** What a host cannot do is told, and does not keep a kernel from its end. */
  async #attempt<T>(action: () => Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      this.#plan.listener.fault(error);
      return null;
    }
  }

  /** @param killed what its host says of that, where it was asked */
  async #goneWithin(milliseconds: number, killed?: Promise<boolean | null>): Promise<boolean> {
    const given = new AbortController();
    const limit = sleep(milliseconds, undefined, { signal: given.signal }).catch(() => undefined);
    const known = killed?.then((isGone) => (this.#isGone ||= isGone === true) || limit);
    await Promise.race([this.process.exit, limit, ...(known ? [known] : [])]);
    given.abort();
    return this.#isGone;
  }
}
