import {
  assigned,
  type DetachableKernel,
  type KernelAssignment,
  KernelError,
  type KernelExit,
  type KernelLifecycleEvent,
  type KernelListener,
  type LaunchRequest,
} from '../kernel.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { CurrentRun } from './current-run.ts';
import { unknownExit } from './describe-exit.ts';
import { dead } from '../life/dead.ts';
import { HeldMessages } from '../life/held-messages.ts';
import { type KernelRecord, recordOf } from './kernel-record.ts';
import { KernelRun, type RunPlan } from './kernel-run.ts';
import { type LocalKernelLife, waitingIds } from './local-kernel-life.ts';
import { limitedProcess, type LocalKernelPlan, runPlan } from './local-kernel-plan.ts';
import { Readiness } from '../life/readiness.ts';
import { decideRestart, NO_DEATHS } from '../life/restart-policy.ts';
import { StepSequence } from '../life/step-sequence.ts';
import type { Transport } from './transport-choice.ts';

/** A kernel as a process on this machine, restarted when it dies (contract §3.8, §8). */
export class LocalKernel implements DetachableKernel {
  readonly id: string;
  readonly specName: string;
  #plan: LocalKernelPlan;
  readonly #listener: KernelListener;
  readonly #ready = new Readiness();
  #sessionPath: string | null;
  #life: LocalKernelLife = { state: 'between', held: new HeldMessages() };
  /** The last one started, whatever has become of it. */
  #latest: CurrentRun | null = null;
  #history = NO_DEATHS;
  /** Starts, restarts and ends happen one after another. */
  readonly #steps = new StepSequence();
  #shutdown: Promise<void> | null = null;

  constructor(plan: LocalKernelPlan, listener: KernelListener) {
    this.#plan = plan;
    this.id = plan.request.kernelId;
    this.specName = plan.request.kernelspec.name;
    this.#sessionPath = plan.request.sessionPath;
    this.#listener = listener;
  }

  get request(): LaunchRequest {
    return this.#plan.request;
  }

  /**
   * Starts the first process; called once.
   * @throws KernelError KERNEL_LAUNCH_FAILED
   */
  launch(): Promise<void> {
    return this.#steps.run(async () => {
      try {
        await this.#start(this.#plan.transports.transportFor(this.request.kernelspec), true);
      } catch (error) {
        await this.#end();
        throw error;
      }
    });
  }

  /**
   * Takes over the process that the record tells of; called once. If it is gone, that is told as a death of now.
   * @throws KernelError KERNEL_LAUNCH_FAILED, with the process as it was
   */
  adopt(record: KernelRecord): Promise<void> {
    return this.#steps.run(() => {
      const { connection, kernelInfo } = record;
      this.#history = record.history;
      this.#life = { state: 'between', held: HeldMessages.parse(record.waiting) };
      const run = KernelRun.adopt(this.#runPlan(connection), record);
      this.#plan.log.info({ kernelId: this.id, pid: run.process.pid }, 'kernel found again');
      this.#plan.folder.output.watch();
      // Whoever stopped it, if it was, is gone and will not continue it.
      run.process.signal('SIGCONT');
      // What waits is sent once: whoever takes over after us must not find it again.
      this.#plan.folder.amend({ waiting: [], routingId: run.connection.routingId });
      const current = this.#attend(run, record);
      if (kernelInfo === null) return void this.#greet(current);
      this.#plan.transports.answeredOn(run.transport, this.request.kernelspec);
      void this.#meetAgain(current, kernelInfo);
    });
  }

  detach(): Promise<void> {
    return this.#steps.run(async () => {
      if (this.#life.state === 'over') return;
      const life = this.#life;
      const held = life.state === 'running' ? life.current.leave() : life.held;
      this.#life = { state: 'over' };
      this.#ready.reject(dead());
      this.#plan.folder.output.release();
      this.#plan.address.leave();
      this.#plan.onOver();
      if (life.state === 'running') await life.current.run.leave();
      try {
        if (held !== null) this.#plan.folder.amend({ waiting: held.serialize() });
      } catch (error) {
        this.#warn(error, 'what waited for a kernel could not be kept for it');
      }
    });
  }

  get pid(): number | null {
    return this.#life.state === 'running' ? this.#life.current.run.process.pid : null;
  }

  get connectionFile(): string {
    return this.#plan.address.file;
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    if (this.#life.state === 'running' && this.#ready.failed) {
      this.#ready.renew();
      void this.#greet(this.#life.current);
    }
    return this.#ready.promise;
  }

  async finished(): Promise<boolean> {
    if (this.#life.state !== 'running') return false;
    const { current } = this.#life;
    await this.#ready.promise.catch(() => undefined);
    return this.#isCurrent(current) && current.run.connection.finished();
  }

  async beats(): Promise<boolean> {
    return this.#life.state === 'running' && this.#life.current.run.connection.beats();
  }

  pause(): void {
    if (this.#life.state === 'running') this.#life.current.pause();
  }

  resume(): void {
    if (this.#life.state === 'running') this.#life.current.resume();
  }

  assign(assignment: KernelAssignment): void {
    const request = assigned(this.request, assignment);
    this.#plan = { ...this.#plan, request };
    this.#sessionPath = request.sessionPath;
    if (this.#life.state !== 'running') return;
    const { current } = this.#life;
    const startedAt = Date.now();
    current.limitAnew(startedAt);
    this.#plan.folder.amendAssigned(request, current.run.process, startedAt);
  }

  send(message: KernelMessage): void {
    switch (this.#life.state) {
      case 'running':
        return this.#life.current.send(message);
      case 'between':
        return this.#life.held.add(message);
      case 'over':
        throw dead();
    }
  }

  async interrupt(): Promise<void> {
    if (this.#life.state === 'over') throw dead();
    // Between two processes nothing runs.
    if (this.#life.state === 'between') return;
    const { current } = this.#life;
    // A process that has not answered yet runs nothing of anybody's, and most would die of SIGINT.
    if (this.#ready.isWaiting) current.resume();
    await this.#ready.promise.catch(() => undefined);
    if (this.#isCurrent(current)) await current.interrupt();
    else if (this.#isOver()) throw dead();
  }

  restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    if (options.sessionPath !== undefined) this.#sessionPath = options.sessionPath;
    if (this.#life.state !== 'over') this.#ready.renew();
    return this.#steps.run(async () => {
      if (this.#life.state === 'over' || this.#shutdown !== null) throw dead();
      if (this.#life.state === 'running')
        await this.#endRun(this.#leave(this.#life.current, false), { restart: true });
      if (this.#isShuttingDown()) throw dead();
      this.#history = { ...this.#history, consecutiveDeaths: 0 };
      try {
        await this.#start(this.#plan.transports.transportFor(this.request.kernelspec), false);
      } catch (error) {
        await this.#giveUp(unknownExit((error as Error).message));
        throw error;
      }
      if (this.#isShuttingDown()) throw dead();
    });
  }

  shutdown({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    if (now) this.#latest?.run.process.signal('SIGKILL');
    this.#shutdown ??= this.#steps.run(async () => {
      if (this.#life.state === 'running')
        await this.#endRun(this.#leave(this.#life.current, false), now ? 'killed' : { restart: false });
      await this.#end();
    });
    return this.#shutdown;
  }

  /** Starts a process; the kernel must be between two. */
  async #start(transport: Transport, newPorts: boolean): Promise<void> {
    const { address, folder, kills, ipcPatience, log } = this.#plan;
    const [{ info, file }, outOfMemoryKills] = await Promise.all([
      address.prepare(transport, this.#sessionPath, newPorts).catch((cause: Error) => {
        throw new KernelError('KERNEL_LAUNCH_FAILED', `no connection file: ${cause.message}`, { cause });
      }),
      kills.seen(),
    ]);
    const run = await KernelRun.start({
      ...this.#runPlan(info),
      command: this.#plan.command(this.request, file, this.#sessionPath),
      workingDirectory: this.request.workingDirectory,
      onStarted: (process, routingId) => {
        const [request, history] = [{ ...this.request, sessionPath: this.#sessionPath }, this.#history];
        folder.write(recordOf({ request, process, connection: info, routingId, history, outOfMemoryKills }));
      },
    });
    log.info({ kernelId: this.id, pid: run.process.pid, transport: info.transport }, 'kernel launched');
    const current = this.#attend(run);
    void this.#greet(current);
    if (this.#mayBlameIpc(run)) current.suspectIpcAfter(ipcPatience, () => this.#suspectIpc(current));
  }

  #runPlan(info: ConnectionInfo): RunPlan {
    return runPlan(this.#plan, info, {
      message: (message) => {
        this.#latest?.heard(message);
        this.#listener.message(message);
      },
      fault: (error) => this.#warn(error, 'a kernel message was dropped'),
    });
  }

  /** @param found the record of a process that was found, and may be doing anything */
  #attend(run: KernelRun, found: KernelRecord | null = null): CurrentRun {
    const held = this.#life.state === 'between' ? this.#life.held : new HeldMessages();
    const tell = (event: KernelLifecycleEvent): void => this.#listener.lifecycle(event);
    const onTimeUp = (event: KernelLifecycleEvent): void =>
      this.#stepAlone(() => this.#timeIsUp(current, event));
    const current = new CurrentRun(run, held, (anew) =>
      limitedProcess(this.#plan, run, found, { tell, onTimeUp }, anew),
    );
    this.#latest = current;
    this.#life = { state: 'running', current };
    void run.process.gone.then(() => this.#exited(current));
    return current;
  }

  async #timeIsUp(current: CurrentRun, event: KernelLifecycleEvent): Promise<void> {
    if (!this.#isCurrent(current) || this.#isShuttingDown()) return;
    this.#listener.lifecycle(event);
    const run = this.#leave(current, false);
    const gone = await run.end({ restart: false });
    const exit = current.explain(gone ? await run.process.exit : unknownExit('')).exit;
    this.#listener.lifecycle({ kind: 'died', exit, waiting: waitingIds(this.#life) });
    await this.#giveUp(exit);
  }

  #handOver(current: CurrentRun): void {
    current.handOver((error) => this.#warn(error, 'what waited for a kernel could not be sent to it'));
  }

  async #greet(current: CurrentRun): Promise<void> {
    try {
      const info = await current.run.greet();
      if (!this.#isCurrent(current)) return;
      this.#isHeard(current, info);
      this.#plan.folder.amend({ kernelInfo: info });
    } catch (error) {
      // The death of a process is told by its exit, and another may follow it.
      if (!this.#isCurrent(current)) return;
      // It may answer later than it is given time for.
      this.#handOver(current);
      if (error instanceof KernelError) this.#ready.reject(error);
      else this.#warn(error, 'what the kernel says of itself could not be kept');
    }
  }

  async #meetAgain(current: CurrentRun, info: Readonly<Record<string, unknown>>): Promise<void> {
    await current.run.meetAgain();
    if (this.#isCurrent(current)) this.#isHeard(current, info);
  }

  #isHeard(current: CurrentRun, info: Readonly<Record<string, unknown>>): void {
    this.#plan.transports.answeredOn(current.run.transport, this.request.kernelspec);
    this.#handOver(current);
    this.#ready.resolve(info);
  }

  #exited(current: CurrentRun): void {
    // Whoever ended it has left it before.
    if (!this.#isCurrent(current)) return;
    this.#leave(current, true);
    this.#stepAlone(() => this.#recover(current));
  }

  async #recover(current: CurrentRun): Promise<void> {
    const { run } = current;
    const { exit, event } = current.explain(await run.buried());
    if (this.#isShuttingDown() || this.#isOver()) return;
    try {
      if (this.#mayBlameIpc(run)) {
        this.#plan.log.info({ kernelId: this.id, ...exit }, 'the kernel ended before it answered on ipc');
        return await this.#start('tcp', true);
      }
      this.#plan.log.warn({ kernelId: this.id, ...exit }, 'the kernel died');
      if (event !== null) this.#listener.lifecycle(event);
      this.#listener.lifecycle({ kind: 'died', exit, waiting: waitingIds(this.#life) });
      const decision = decideRestart(this.#history, run.lifetime);
      if (decision.kind === 'give-up') return await this.#giveUp(exit);
      this.#history = decision.history;
      await this.#start(run.transport, decision.newPorts);
      this.#listener.lifecycle({ kind: 'autorestarted', pid: this.pid });
    } catch (error) {
      this.#warn(error, 'no further restart');
      await this.#giveUp(exit);
    }
  }

  #mayBlameIpc(run: KernelRun): boolean {
    return run.transport === 'ipc' && this.#plan.transports.mayBlameIpc(this.request.kernelspec);
  }

  /** A kernel that lives but has made no ipc sockets may not know how to, and listen on some port instead. */
  #suspectIpc(current: CurrentRun): void {
    if (!this.#isCurrent(current) || !this.#mayBlameIpc(current.run)) return;
    this.#stepAlone(async () => {
      if (!this.#isCurrent(current) || this.#isShuttingDown()) return;
      this.#plan.log.info({ kernelId: this.id }, 'the kernel did not answer on ipc');
      await this.#endRun(this.#leave(current, true), 'killed');
      if (this.#isShuttingDown()) return;
      await this.#start('tcp', true).catch((error: unknown) =>
        this.#giveUp(unknownExit((error as Error).message)),
      );
    });
  }

  /**
   * From here on the kernel is between two processes, and whoever asks whether it is ready waits for the next.
   * @param handOn whether the next one gets what this one never got
   */
  #leave(current: CurrentRun, handOn: boolean): KernelRun {
    const held = current.leave();
    this.#ready.renew();
    this.#life = { state: 'between', held: (handOn ? held : null) ?? new HeldMessages() };
    return current.run;
  }

  async #endRun(run: KernelRun, how: { readonly restart: boolean } | 'killed'): Promise<void> {
    const gone = await run.end(how);
    if (!gone)
      this.#plan.log.warn({ kernelId: this.id, pid: run.process.pid }, 'the kernel could not be killed');
  }

  async #giveUp(exit: KernelExit): Promise<void> {
    await this.#end();
    this.#listener.lifecycle({ kind: 'gave-up', exit });
  }

  async #end(): Promise<void> {
    if (this.#life.state === 'over') return;
    this.#life = { state: 'over' };
    this.#ready.reject(dead());
    this.#plan.onOver();
    // The kernel is over all the same, and what its last step has to say must not be hidden by this.
    for (const cleaned of [this.#plan.address.release(), this.#plan.folder.remove()])
      await cleaned.catch((error: unknown) => this.#warn(error, 'files of a kernel remain'));
  }

  #isCurrent(current: CurrentRun): boolean {
    return this.#life.state === 'running' && this.#life.current === current;
  }

  #isOver(): boolean {
    return this.#life.state === 'over';
  }

  #isShuttingDown(): boolean {
    return this.#shutdown !== null;
  }

  /** A step that nobody asked for has nobody to hear of its failure but the operator. */
  #stepAlone(step: () => Promise<void>): void {
    this.#steps.run(step).catch((error: unknown) => this.#warn(error, 'a step of a kernel failed'));
  }

  #warn(error: unknown, message: string): void {
    this.#plan.log.warn({ kernelId: this.id, reason: (error as Error).message }, message);
  }
}
