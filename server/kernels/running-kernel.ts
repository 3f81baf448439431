import { join } from 'node:path';
import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type {
  Kernel,
  KernelExit,
  KernelLifecycleEvent,
  Launcher,
  LaunchRequest,
} from '../../kernel-bridge/kernel.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { jupyterTimestamp } from '../timestamp.ts';
import { ExecutionState } from './execution-state.ts';
import { explainDeath } from './explain-death.ts';
import { streamOf } from './kernel-events.ts';
import type { KernelModel } from './kernel-model.ts';
import { KernelStream } from './kernel-stream.ts';
import { statusMessage } from './server-message.ts';
import { workingDirectoryFor } from './working-directory.ts';

/** The document whose session runs on a kernel. */
export interface KernelDocument {
  /** API path; a random one until Lab has named the document (contract §4). */
  readonly path: string;
  readonly name: string | null;
}

export interface RunningKernelPlan {
  /** As REST shows it. */
  readonly name: string;
  readonly rootDirectory: string;
  readonly launch: Omit<LaunchRequest, 'sessionPath'>;
  readonly document: KernelDocument | null;
  readonly actor: string;
  readonly launcher: Launcher;
  readonly log: EventLog;
  readonly logger: Logger;
  retryDelay(): Promise<void>;
  /** It died too often, and is over. */
  onGaveUp(): void;
}

type EndReason = 'requested' | 'died' | 'server-stopped';

/** One kernel with its stream, from launch to end. */
export class RunningKernel {
  readonly id: string;
  readonly name: string;
  readonly stream: KernelStream;
  document: KernelDocument | null;
  readonly #plan: RunningKernelPlan;
  readonly #state = new ExecutionState();
  #kernel: Kernel | null = null;
  #shutdown: Promise<void> | null = null;
  #lastExit: KernelExit | null = null;
  /** Of the last death, until somebody restarts the kernel. */
  #reason: string | null = null;
  #isOver = false;

  /** @throws KernelError as the launcher does; EventLogError if its start cannot be recorded */
  static async start(plan: RunningKernelPlan): Promise<RunningKernel> {
    const after = await plan.log.lastSequence(streamOf(plan.launch.kernelId));
    const running = new RunningKernel(plan, after);
    await running.#launch();
    return running;
  }

  private constructor(plan: RunningKernelPlan, after: number) {
    this.#plan = plan;
    this.id = plan.launch.kernelId;
    this.name = plan.name;
    this.document = plan.document;
    this.stream = new KernelStream({
      kernelId: this.id,
      log: plan.log,
      logger: plan.logger,
      after,
      send: (message) => this.#running().send(message),
      documentPath: () => this.document?.path ?? null,
      onRecorded: (message) => this.#state.observe(message),
      retryDelay: () => plan.retryDelay(),
    });
  }

  /** It was shut down, or died too often. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Absolute. */
  get workingDirectory(): string {
    return this.#plan.launch.workingDirectory;
  }

  get model(): KernelModel {
    return {
      id: this.id,
      name: this.name,
      last_activity: jupyterTimestamp(this.#state.lastActivity),
      execution_state: this.#state.current,
      connections: this.stream.connections,
      ...(this.#reason !== null && { reason: this.#reason }),
    };
  }

  /** In milliseconds since the epoch. */
  get lastActivity(): number {
    return this.#state.lastActivity;
  }

  /** @throws KernelError KERNEL_NOT_READY, KERNEL_DEAD */
  async ready(): Promise<void> {
    await this.#running().ready();
  }

  /** @throws KernelError KERNEL_DEAD */
  async interrupt(actor: string): Promise<void> {
    this.#record({ type: 'kernel-interrupted', version: 1, data: { kernelId: this.id } }, actor);
    await this.#running().interrupt();
  }

  /** @throws KernelError KERNEL_DEAD, KERNEL_LAUNCH_FAILED */
  async restart(actor: string): Promise<void> {
    const kernel = this.#running();
    this.#state.started();
    this.stream.restarting();
    await kernel.restart({ sessionPath: await this.#sessionPath() });
    this.#reason = null;
    this.#restarted(kernel.pid, 'requested', actor);
  }

  /** Idempotent; one that failed can be asked for again. */
  shutdown(actor: string, reason: EndReason = 'requested'): Promise<void> {
    this.#shutdown ??= this.#end(actor, reason).catch((error: unknown) => {
      this.#shutdown = null;
      throw error;
    });
    return this.#shutdown;
  }

  async #launch(): Promise<void> {
    const { launcher, launch, log, actor } = this.#plan;
    const sessionPath = await this.#sessionPath();
    const kernel = await launcher.launch(
      { ...launch, sessionPath },
      {
        message: (message) => this.stream.hear(message),
        lifecycle: (event) => this.#lifecycle(event),
      },
    );
    this.#kernel = kernel;
    const { kernelId, workingDirectory } = launch;
    const data = { kernelId, specName: kernel.specName, workingDirectory, pid: kernel.pid };
    const started = { type: 'kernel-started', version: 1, data, actor, causedBy: null, frames: [] } as const;
    try {
      await log.append(streamOf(kernelId), [started]);
    } catch (error) {
      // What it computes could not be recorded either.
      await kernel.shutdown({ now: true });
      throw error;
    }
    this.#awaitAnswer(kernel);
  }

  async #end(actor: string, reason: EndReason): Promise<void> {
    await this.#running().shutdown();
    this.#ended(reason, actor);
    await this.stream.end();
  }

  #lifecycle(event: KernelLifecycleEvent): void {
    switch (event.kind) {
      case 'died':
        this.#died(event.exit, event.waiting);
        return;
      case 'autorestarted':
        this.stream.say(statusMessage('restarting'));
        this.#restarted(event.pid, 'died', 'server');
        return;
      case 'gave-up':
        this.#lastExit = event.exit;
        this.stream.say(statusMessage('dead'));
        this.#ended('died', 'server');
        void this.stream.end();
        this.#plan.onGaveUp();
        return;
      case 'reattached':
      case 'replies-missed':
      case 'paused':
      case 'continued':
      case 'limit-reached':
        // None of these comes from a kernel that ends with the server.
        return;
    }
  }

  #died(exit: KernelExit, waiting: ReadonlySet<string>): void {
    const death = explainDeath(exit);
    this.#lastExit = exit;
    this.#reason = death.reason;
    this.#state.started();
    const data = { kernelId: this.id, reason: death.reason, ...exit };
    this.#record({ type: 'kernel-died', version: 2, data: { position: null, ...data } }, 'server');
    this.stream.died(death, waiting);
  }

  #restarted(pid: number | null, reason: 'requested' | 'died', actor: string): void {
    this.#record(
      { type: 'kernel-restarted', version: 2, data: { position: null, kernelId: this.id, reason, pid } },
      actor,
    );
    this.#awaitAnswer(this.#running());
  }

  /** It may die for good while it is asked to end: what came first is why it ended. */
  #ended(reason: EndReason, actor: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { exitCode = null, signal = null } = reason === 'died' ? (this.#lastExit ?? {}) : {};
    this.#record(
      {
        type: 'kernel-ended',
        version: 2,
        data: { position: null, kernelId: this.id, reason, exitCode, signal },
      },
      actor,
    );
  }

  #awaitAnswer(kernel: Kernel): void {
    kernel.ready().then(
      () => this.#state.answered(),
      (error: unknown) =>
        this.#plan.logger.debug({ err: error, kernelId: this.id }, 'The kernel did not become ready'),
    );
  }

  #record(event: Omit<NewEvent, 'actor' | 'causedBy' | 'frames'>, actor: string): void {
    this.stream.record({ ...event, actor, causedBy: null, frames: [] } as NewEvent);
  }

  async #sessionPath(): Promise<string | null> {
    if (this.document === null) return null;
    const { path, name } = this.document;
    const { rootDirectory } = this.#plan;
    return name === null
      ? join(rootDirectory, path)
      : join(await workingDirectoryFor(rootDirectory, path), name);
  }

  #running(): Kernel {
    if (this.#kernel === null) throw new KernelError('KERNEL_DEAD', `kernel ${this.id} has not started`);
    return this.#kernel;
  }
}
