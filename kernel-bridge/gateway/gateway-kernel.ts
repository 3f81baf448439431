import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DetachableKernel,
  KernelError,
  type KernelListener,
  type LaunchRequest,
  UNSEEN_EXIT,
} from '../kernel.ts';
import { HeldMessages } from '../life/held-messages.ts';
import { Readiness } from '../life/readiness.ts';
import { StepSequence } from '../life/step-sequence.ts';
import { PlaceError } from '../places/place-error.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { GatewayConnection } from './gateway-connection.ts';
import type { GatewayKernelPlan } from './gateway-kernel-plan.ts';
import type { GatewayRecord } from './gateway-record.ts';
import { LAUNCH_TIMEOUT } from './gateway-settings.ts';
import type { Loss } from './kept-websocket.ts';
import type { ServerNotice } from './server-notice.ts';
import { startKernel } from './start-kernel.ts';
import { says } from './shutdown-reply.ts';
import { asKernelError, deadKernel as dead, whyDropped, whyLimited, whyLost } from './gateway-words.ts';

type KernelInfo = NonNullable<GatewayRecord['kernelInfo']>;
const UNANSWERED: Pick<GatewayRecord, 'kernelInfo' | 'kernelSession'> = {
  kernelInfo: null,
  kernelSession: null,
};

/** A server that is away when a kernel is to be ended there is not waited for for longer, in milliseconds. */
const END_PATIENCE = 10_000;

/** A kernel that a Jupyter server elsewhere runs and restarts, spoken to by that server's websocket. */
export class GatewayKernel implements DetachableKernel {
  readonly id: string;
  readonly specName: string;
  readonly request: LaunchRequest;
  readonly pid = null;
  readonly connectionFile = null;
  readonly #plan: GatewayKernelPlan;
  readonly #listener: KernelListener;
  readonly #ready = new Readiness();
  readonly #steps = new StepSequence();
  #remoteId = '';
  /** To the process of now; null where it has not been started, or is over. */
  #connection: GatewayConnection | null = null;
  /** What waits until the kernel answers and is heard; null: it is sent at once. */
  #held: HeldMessages | null = new HeldMessages();
  /** Null until the process of now has answered. */
  #kernelInfo: KernelInfo | null = null;
  readonly #awaitingReach = new Set<() => void>();
  #isOver = false;
  /** One process makes room for another or ends, so that what is said of that is no news. */
  #isChanging = false;
  #shutdown: Promise<void> | null = null;
  readonly #endAsked = Promise.withResolvers<boolean>();
  /** The request for which the loss by a rate limit was told. */
  #limitedRequest: string | null = null;
  #gapToldAt = new Date(0);
  #launchLimit: NodeJS.Timeout | undefined;

  constructor(plan: GatewayKernelPlan, listener: KernelListener) {
    this.#plan = plan;
    this.#listener = listener;
    this.request = plan.request;
    this.id = plan.request.kernelId;
    this.specName = plan.request.kernelspec.name;
  }

  /**
   * Has the server start it; called once.
   * @param name of the kernelspec there
   * @throws KernelError KERNEL_LAUNCH_FAILED; PlaceError
   */
  launch(name: string): Promise<void> {
    return this.#steps.run(async () => {
      const { request, access, file, log } = this.#plan;
      try {
        const record = await startKernel(access, file, request, name);
        this.#remoteId = record.remoteId;
        log.info(
          { kernelId: this.id, remoteId: this.#remoteId, host: this.#plan.access.host },
          'a gateway started a kernel',
        );
        this.#expectAnswer(access.settings.launchTimeout ?? LAUNCH_TIMEOUT);
        this.#connect(record.sessionId, record, null);
      } catch (cause) {
        await this.#end();
        throw cause instanceof PlaceError ? cause : asKernelError('KERNEL_LAUNCH_FAILED', cause);
      }
    });
  }

  /**
   * Takes over a kernel that another holder recorded; called once.
   * @param silentFrom since when nobody listened to it
   */
  adopt(record: GatewayRecord, silentFrom: Date): void {
    this.#remoteId = record.remoteId;
    this.#held = HeldMessages.parse(record.waiting);
    // What waits is sent once: whoever takes over after us must not find it again.
    this.#plan.file.amend({ waiting: [] });
    this.#connect(record.sessionId, record, { from: silentFrom, why: 'the process that listens had ended' });
  }

  async ready(): Promise<KernelInfo> {
    if (!this.#isOver && this.#ready.failed) {
      this.#ready.renew();
      if (this.#connection?.isOpen === true) this.#opened(this.#connection);
    }
    return this.#ready.promise;
  }

  send(message: KernelMessage): void {
    if (this.#isOver) throw dead();
    if (this.#held !== null) this.#held.add(message);
    else this.#connection?.send(message);
  }

  async interrupt(): Promise<void> {
    if (this.#isOver) throw dead();
    const connection = this.#connection;
    // What has not answered yet runs nothing of anybody's, and might die of it.
    if (this.#kernelInfo === null) await this.#ready.promise.catch(() => undefined);
    if (this.#isOver) throw dead();
    if (this.#connection !== connection) return;
    try {
      if (!(await this.#plan.access.client.interrupt(this.#remoteId))) await connection?.look();
    } catch (cause) {
      throw asKernelError('KERNEL_SUPERVISOR_LOST', cause);
    }
  }

  restart(): Promise<void> {
    if (!this.#isOver) this.#ready.renew();
    return this.#steps.run(async () => {
      if (this.#isOver || this.#shutdown !== null) throw dead();
      const before = { held: this.#held, kernelInfo: this.#kernelInfo };
      const kernelSession = this.#connection?.own.kernelSession ?? null;
      this.#leave(new HeldMessages());
      try {
        const restarted = this.#plan.access.client.restart(this.#remoteId);
        if (!(await Promise.race([restarted, this.#endAsked.promise])))
          this.#gone(`${this.#plan.access.host} does not have this kernel any more.`);
      } catch (cause) {
        // It is as before, as far as anybody knows.
        if (before.held !== null) this.#held = before.held;
        await this.#connectAnew({ kernelInfo: before.kernelInfo, kernelSession });
        throw asKernelError('KERNEL_LAUNCH_FAILED', cause);
      }
      if (this.#isOver || this.#shutdown !== null) throw dead();
      await this.#connectAnew(UNANSWERED);
    });
  }

  shutdown(): Promise<void> {
    this.#endAsked.resolve(true);
    this.#shutdown ??= this.#steps.run(async () => {
      if (this.#isOver) return;
      this.#isChanging = true;
      await Promise.race([this.#shutdownThere(), sleep(END_PATIENCE, null, { ref: false })]);
      await this.#end();
    });
    return this.#shutdown;
  }

  async finished(): Promise<boolean> {
    const connection = this.#connection;
    while (connection !== null && connection === this.#connection) {
      if (this.#held !== null) await new Promise<void>((resolve) => this.#awaitingReach.add(resolve));
      else if (await connection.own.finished()) return true;
    }
    return false;
  }

  beats(): Promise<boolean> {
    return Promise.resolve(this.#connection?.isOpen === true);
  }

  /** It goes on, for nobody can stop it: its server keeps what it says meanwhile. */
  pause(): void {
    this.#connection?.pause(true);
  }

  resume(): void {
    this.#connection?.pause(false);
  }

  detach(): Promise<void> {
    return this.#steps.run(async () => {
      if (this.#isOver) return;
      const waiting = this.#held?.serialize() ?? [];
      this.#isOver = true;
      await this.#letGo();
      this.#amend({ waiting });
    });
  }

  #connect(sessionId: string, { kernelInfo, kernelSession }: typeof UNANSWERED, lost: Loss | null): void {
    const { access, times, log } = this.#plan;
    this.#kernelInfo = kernelInfo;
    const connection: GatewayConnection = new GatewayConnection(
      {
        ...{ access, times, log, kernelId: this.id, remoteId: this.#remoteId, sessionId, kernelSession },
        opened: () => this.#opened(connection),
        heardAgain: ({ from, why }) => this.#tellGap(from, whyLost(access.host, why)),
        closed: () => (this.#held ??= new HeldMessages()),
        missing: (since, ended) => this.#missing(since, ended),
        message: (message) => this.#heard(message),
        notice: (notice) => this.#noticed(notice),
        warned: (text) => this.#listener.lifecycle({ kind: 'warned', text }),
        gone: (why) => this.#gone(why),
      },
      lost,
    );
    this.#connection = connection;
  }

  /** By a connection that has nothing to do with the one before. */
  async #connectAnew(answered: typeof UNANSWERED): Promise<void> {
    await this.#connection?.close();
    if (this.#isOver) return;
    this.#isChanging = false;
    const sessionId = randomUUID();
    this.#amend({ sessionId, ...answered });
    this.#connect(sessionId, answered, null);
    this.#wakeWaiting();
  }

  #opened(connection: GatewayConnection): void {
    // Whoever answers now may be the process that ends.
    if (this.#isChanging) return;
    if (this.#kernelInfo !== null) void this.#meetAgain(connection, this.#kernelInfo);
    else if (!connection.own.isGreeting) void this.#greet(connection);
  }

  async #greet(connection: GatewayConnection): Promise<void> {
    const { own } = connection;
    try {
      const kernelInfo = await own.greet();
      if (own.isClosed) return;
      this.#kernelInfo = kernelInfo;
      this.#amend({ kernelInfo, kernelSession: own.kernelSession });
      this.#isHeard(kernelInfo);
    } catch (error) {
      if (own.isClosed) return;
      // It may answer later than it is given time for.
      if (connection.isOpen) this.#handOver();
      this.#ready.reject(error as KernelError);
    }
  }

  async #meetAgain({ own }: GatewayConnection, info: KernelInfo): Promise<void> {
    const isAnother = await own.meetAgain();
    if (isAnother === null || own.isClosed) return;
    if (isAnother) {
      this.#amend({ kernelSession: own.kernelSession });
      this.#replaced(`${this.#plan.access.host} had restarted it while it could not be reached.`);
    }
    this.#isHeard(info);
  }

  #isHeard(info: KernelInfo): void {
    clearTimeout(this.#launchLimit);
    this.#handOver();
    this.#ready.resolve(info);
  }

  #handOver(): void {
    const waiting = [...(this.#connection?.takeUnsent() ?? []), ...(this.#held ?? [])];
    this.#held = null;
    for (const message of waiting) this.#connection?.trySend(message);
    this.#wakeWaiting();
  }

  /** From here on the kernel is between two processes. @param held what the next one gets */
  #leave(held: HeldMessages): void {
    this.#isChanging = true;
    this.#held = held;
    this.#kernelInfo = null;
    this.#connection?.own.close();
  }

  #wakeWaiting(): void {
    for (const wake of this.#awaitingReach) wake();
    this.#awaitingReach.clear();
  }

  #heard(message: KernelMessage): void {
    if (this.#isOver) return;
    this.#listener.message(message);
    if (says(message, 'restart') && !this.#isChanging)
      this.#startAnew(`Somebody restarted it at ${this.#plan.access.host}.`);
  }

  #noticed(notice: ServerNotice): void {
    if (this.#isOver) return;
    if (notice.kind === 'limits') {
      if (this.#limitedRequest !== notice.requestId)
        this.#tellGap(new Date(), whyLimited(this.#plan.access.host, notice.setting));
      this.#limitedRequest = notice.requestId;
      return;
    }
    if (this.#isChanging) return;
    if (notice.kind === 'restarts')
      this.#startAnew(`Its process ended, says ${this.#plan.access.host}, which restarts it.`);
    else this.#gone(`It died too often, and ${this.#plan.access.host} does not restart it any more.`);
  }

  #missing(since: Date, messageIds: readonly string[]): void {
    if (since > this.#gapToldAt) this.#tellGap(since, whyDropped(this.#plan.access.host));
    if (messageIds.length > 0) this.#listener.lifecycle({ kind: 'replies-missed', messageIds });
  }

  #tellGap(from: Date, why: string): void {
    this.#gapToldAt = new Date();
    const [silentFrom, silentUntil] = [from.toISOString(), new Date().toISOString()];
    this.#listener.lifecycle({ kind: 'reattached', silentFrom, silentUntil, why });
  }

  /** Another process takes the place of the one before, which we have not asked for. */
  #startAnew(explanation: string): void {
    this.#leave(this.#held ?? new HeldMessages());
    this.#ready.renew();
    this.#replaced(explanation);
    this.#steps
      .run(() => this.#connectAnew(UNANSWERED))
      .catch((error: unknown) => this.#warn(error, 'a step of a kernel failed'));
  }

  #replaced(explanation: string): void {
    this.#plan.log.warn({ kernelId: this.id, explanation }, 'a gateway restarted a kernel');
    const waiting = new Set([...(this.#held ?? [])].map(({ header }) => header.msg_id));
    this.#listener.lifecycle({ kind: 'died', exit: { ...UNSEEN_EXIT, explanation }, waiting });
    this.#listener.lifecycle({ kind: 'autorestarted', pid: null });
  }

  #gone(explanation: string): void {
    if (this.#isOver) return;
    this.#plan.log.warn({ kernelId: this.id, explanation }, 'a kernel of a gateway is gone');
    const exit = { ...UNSEEN_EXIT, explanation };
    this.#listener.lifecycle({ kind: 'died', exit, waiting: new Set() });
    void this.#end();
    this.#listener.lifecycle({ kind: 'gave-up', exit });
  }

  /** Of a kernel that its server has started, and that may never answer. @param seconds how long it may take */
  #expectAnswer(seconds: number): void {
    this.#launchLimit = setTimeout(() => {
      const text = `the kernel at ${this.#plan.access.host} has not answered within ${seconds} seconds`;
      if (this.#ready.isWaiting) this.#ready.reject(new KernelError('KERNEL_NOT_READY', text));
    }, seconds * 1000);
  }

  async #shutdownThere(): Promise<void> {
    try {
      await this.#plan.access.client.shutdown(this.#remoteId);
    } catch (error) {
      this.#warn(error, 'a kernel could not be ended at its gateway, and may still run there');
    }
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#letGo();
    await this.#plan.file.remove().catch((error: unknown) => this.#warn(error, 'files of a kernel remain'));
  }

  async #letGo(): Promise<void> {
    clearTimeout(this.#launchLimit);
    this.#ready.reject(dead());
    this.#plan.onOver();
    const connection = this.#connection;
    this.#connection = null;
    this.#wakeWaiting();
    await connection?.close();
  }

  #amend(changes: Partial<GatewayRecord>): void {
    try {
      this.#plan.file.amend(changes);
    } catch (error) {
      this.#warn(error, 'what is known of a kernel could not be kept');
    }
  }

  #warn(error: unknown, message: string): void {
    this.#plan.log.warn(
      { kernelId: this.id, host: this.#plan.access.host, reason: (error as Error).message },
      message,
    );
  }
}
