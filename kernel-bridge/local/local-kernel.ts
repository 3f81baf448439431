import type { Context } from 'zeromq';
import { type Kernel, KernelError, type KernelExit, type KernelListener } from '../kernel.ts';
import type { LaunchCommand } from '../kernelspecs/launch-command.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { HeldMessages } from './held-messages.ts';
import type { KernelAddress } from './kernel-address.ts';
import type { KernelLog } from './kernel-log.ts';
import { KernelRun } from './kernel-run.ts';
import type { OutOfMemoryKills } from './out-of-memory-kills.ts';
import { Readiness } from './readiness.ts';
import { decideRestart, NO_DEATHS } from './restart-policy.ts';
import type { Transport, TransportChoice } from './transport-choice.ts';

export interface LocalKernelPlan {
  readonly id: string;
  readonly kernelspec: Kernelspec;
  readonly workingDirectory: string;
  readonly address: KernelAddress;
  readonly context: Context;
  readonly transports: TransportChoice;
  readonly kills: OutOfMemoryKills;
  /** How long a kernel may take to make its ipc sockets before tcp is tried, in milliseconds. */
  readonly ipcPatience: number;
  readonly log: KernelLog;
  command(connectionFile: string, sessionPath: string | null): LaunchCommand;
  /** Called once, when there will be no further process. */
  onOver(): void;
}

type Life =
  | {
      readonly state: 'running';
      readonly run: KernelRun;
      readonly ipcTimer: NodeJS.Timeout | undefined;
      /** What waits until the process answers and is heard: what it said before would be missed. Null from then on. */
      held: HeldMessages | null;
    }
  /** One process is ending or has ended; another follows and gets what is held. */
  | { readonly state: 'between'; readonly held: HeldMessages }
  | { readonly state: 'over' };

/** A kernel as a process on this machine, restarted when it dies (contract §3.8, §8). */
export class LocalKernel implements Kernel {
  readonly id: string;
  readonly specName: string;
  readonly #plan: LocalKernelPlan;
  readonly #listener: KernelListener;
  readonly #ready = new Readiness();
  #sessionPath: string | null;
  #life: Life = { state: 'between', held: new HeldMessages() };
  /** The last one started, whatever has become of it. */
  #latestRun: KernelRun | null = null;
  #history = NO_DEATHS;
  /** Starts, restarts and ends happen one after another. */
  #lastStep: Promise<unknown> = Promise.resolve();
  #shutdown: Promise<void> | null = null;

  constructor(plan: LocalKernelPlan, sessionPath: string | null, listener: KernelListener) {
    this.#plan = plan;
    this.id = plan.id;
    this.specName = plan.kernelspec.name;
    this.#sessionPath = sessionPath;
    this.#listener = listener;
  }

  /**
   * Starts the first process; called once.
   * @throws KernelError KERNEL_LAUNCH_FAILED
   */
  launch(): Promise<void> {
    return this.#step(async () => {
      try {
        await this.#start(this.#plan.transports.transportFor(this.#plan.kernelspec), true);
      } catch (error) {
        await this.#end();
        throw error;
      }
    });
  }

  get pid(): number | null {
    return this.#life.state === 'running' ? this.#life.run.process.pid : null;
  }

  get connectionFile(): string {
    return this.#plan.address.file;
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    if (this.#life.state === 'running' && this.#ready.failed) {
      this.#ready.renew();
      void this.#greet(this.#life.run);
    }
    return this.#ready.promise;
  }

  send(message: KernelMessage): void {
    switch (this.#life.state) {
      case 'running':
        if (this.#life.held !== null) return this.#life.held.add(message);
        return this.#life.run.connection.send(message);
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
    const { run } = this.#life;
    // A process that has not answered yet runs nothing of anybody's, and most would die of SIGINT.
    await this.#ready.promise.catch(() => undefined);
    if (this.#isCurrent(run)) run.interrupt();
    else if (this.#isOver()) throw dead();
  }

  restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    if (options.sessionPath !== undefined) this.#sessionPath = options.sessionPath;
    if (this.#life.state !== 'over') this.#ready.renew();
    return this.#step(async () => {
      if (this.#life.state === 'over' || this.#shutdown !== null) throw dead();
      if (this.#life.state === 'running') await this.#endRun(this.#leave(this.#life), { restart: true });
      if (this.#isShuttingDown()) throw dead();
      this.#history = { ...this.#history, consecutiveDeaths: 0 };
      try {
        await this.#start(this.#plan.transports.transportFor(this.#plan.kernelspec), false);
      } catch (error) {
        await this.#giveUp(notStarted(error));
        throw error;
      }
    });
  }

  shutdown(options: { readonly now?: boolean } = {}): Promise<void> {
    const now = options.now === true;
    if (now) this.#latestRun?.process.signal('SIGKILL');
    this.#shutdown ??= this.#step(async () => {
      if (this.#life.state === 'running')
        await this.#endRun(this.#leave(this.#life), now ? 'killed' : { restart: false });
      await this.#end();
    });
    return this.#shutdown;
  }

  /** Starts a process; the kernel must be between two. */
  async #start(transport: Transport, newPorts: boolean): Promise<void> {
    const { address, kernelspec, workingDirectory, context, kills, ipcPatience, log } = this.#plan;
    const { info, file } = await address
      .prepare(transport, this.#sessionPath, newPorts)
      .catch((cause: Error) => {
        throw new KernelError('KERNEL_LAUNCH_FAILED', `no connection file: ${cause.message}`, { cause });
      });
    const run = await KernelRun.start({
      context,
      info,
      command: this.#plan.command(file, this.#sessionPath),
      workingDirectory,
      kills,
      interruptMode: kernelspec.spec.interrupt_mode,
      listener: {
        message: (message) => {
          this.#latestRun?.process.noticed();
          this.#listener.message(message);
        },
        fault: (error) =>
          log.warn({ kernelId: this.id, reason: (error as Error).message }, 'a kernel message was dropped'),
      },
      onOutput: (line) => log.info({ kernelId: this.id }, line),
    });
    log.info({ kernelId: this.id, pid: run.process.pid, transport: info.transport }, 'kernel launched');
    const held = this.#life.state === 'between' ? this.#life.held : new HeldMessages();
    const ipcTimer = this.#mayBlameIpc(run)
      ? setTimeout(() => void this.#suspectIpc(run), ipcPatience)
      : undefined;
    this.#latestRun = run;
    this.#life = { state: 'running', run, ipcTimer, held };
    void this.#greet(run);
    void run.process.gone.then(() => this.#exited(run));
  }

  /** Senders were told that it is taken: a failure now is for the log. */
  #sendHeld(run: KernelRun): void {
    if (this.#life.state !== 'running' || this.#life.run !== run || this.#life.held === null) return;
    const { held } = this.#life;
    this.#life.held = null;
    for (const message of held) {
      try {
        run.connection.send(message);
      } catch (error) {
        const reason = (error as Error).message;
        this.#plan.log.warn(
          { kernelId: this.id, reason },
          'what waited for a kernel could not be sent to it',
        );
      }
    }
  }

  async #greet(run: KernelRun): Promise<void> {
    try {
      const info = await run.connection.greet();
      this.#plan.transports.answeredOn(run.transport, this.#plan.kernelspec);
      this.#sendHeld(run);
      if (this.#isCurrent(run)) this.#ready.resolve(info);
    } catch (error) {
      // It may answer later than it is given time for.
      this.#sendHeld(run);
      // The death of a process is told by its exit, and another may follow it.
      if (this.#isCurrent(run) && error instanceof KernelError) this.#ready.reject(error);
    }
  }

  #exited(run: KernelRun): void {
    // Whoever ended it has left it before.
    if (this.#life.state !== 'running' || this.#life.run !== run) return;
    this.#leave(this.#life, this.#life.held);
    this.#stepAlone(() => this.#recover(run));
  }

  async #recover(run: KernelRun): Promise<void> {
    const exit = await run.buried();
    if (this.#isShuttingDown()) return;
    try {
      if (this.#mayBlameIpc(run)) {
        this.#plan.log.info({ kernelId: this.id, ...exit }, 'the kernel ended before it answered on ipc');
        return await this.#start('tcp', true);
      }
      this.#plan.log.warn({ kernelId: this.id, ...exit }, 'the kernel died');
      this.#listener.lifecycle({ kind: 'died', exit, waiting: this.#waiting() });
      const decision = decideRestart(this.#history, run.lifetime);
      if (decision.kind === 'give-up') return await this.#giveUp(exit);
      this.#history = decision.history;
      await this.#start(run.transport, decision.newPorts);
      this.#listener.lifecycle({ kind: 'autorestarted', pid: this.pid });
    } catch (error) {
      this.#plan.log.warn({ kernelId: this.id, reason: (error as Error).message }, 'no further restart');
      await this.#giveUp(exit);
    }
  }

  #waiting(): ReadonlySet<string> {
    const held = this.#life.state === 'between' ? [...this.#life.held] : [];
    return new Set(held.map(({ header }) => header.msg_id));
  }

  #mayBlameIpc(run: KernelRun): boolean {
    return run.transport === 'ipc' && this.#plan.transports.mayBlameIpc(this.#plan.kernelspec);
  }

  /** A kernel that lives but has made no ipc sockets may not know how to, and listen on some port instead. */
  async #suspectIpc(run: KernelRun): Promise<void> {
    if (!this.#isCurrent(run) || !this.#mayBlameIpc(run) || (await run.hasIpcSockets())) return;
    this.#stepAlone(async () => {
      if (!this.#isCurrent(run) || this.#life.state !== 'running' || this.#isShuttingDown()) return;
      this.#plan.log.info({ kernelId: this.id }, 'the kernel did not answer on ipc');
      await this.#endRun(this.#leave(this.#life, this.#life.held), 'killed');
      if (this.#isShuttingDown()) return;
      await this.#start('tcp', true).catch((error: unknown) => this.#giveUp(notStarted(error)));
    });
  }

  /**
   * From here on the kernel is between two processes, and whoever asks whether it is ready waits for the next.
   * @param held what the one that is left never got and the next one is to get
   */
  #leave(life: Life & { state: 'running' }, held: HeldMessages | null = null): KernelRun {
    clearTimeout(life.ipcTimer);
    this.#ready.renew();
    this.#life = { state: 'between', held: held ?? new HeldMessages() };
    return life.run;
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
    await this.#plan.address
      .release()
      .catch((error: Error) =>
        this.#plan.log.warn({ kernelId: this.id, reason: error.message }, 'its connection file remains'),
      );
  }

  #isCurrent(run: KernelRun): boolean {
    return this.#life.state === 'running' && this.#life.run === run;
  }

  #isOver(): boolean {
    return this.#life.state === 'over';
  }

  #isShuttingDown(): boolean {
    return this.#shutdown !== null;
  }

  /** A step that nobody asked for has nobody to hear of its failure but the operator. */
  #stepAlone(step: () => Promise<void>): void {
    this.#step(step).catch((error: Error) =>
      this.#plan.log.warn({ kernelId: this.id, reason: error.message }, 'a step of a kernel failed'),
    );
  }

  #step<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#lastStep.then(step);
    // The step's own caller hears of its failure; the next one must start all the same.
    this.#lastStep = result.catch(() => undefined);
    return result;
  }
}

function notStarted(error: unknown): KernelExit {
  const stderrTail = (error as Error).message;
  return { exitCode: null, signal: null, stderrTail, outOfMemory: null, memoryHighWater: null };
}

function dead(): KernelError {
  return new KernelError('KERNEL_DEAD', 'the kernel is dead');
}
