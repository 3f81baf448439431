import { join } from 'node:path';
import type { NewEvent } from '../../event-log/event.ts';
import type { KernelExit, KernelLifecycleEvent } from '../../kernel-bridge/kernel.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { jupyterTimestamp } from '../timestamp.ts';
import { ExecutionState } from './execution-state.ts';
import { explainDeath, lostKernel, repliesMissed } from './explain-death.ts';
import { streamOf } from './kernel-events.ts';
import type { KernelModel } from './kernel-model.ts';
import { KernelPast } from './kernel-past.ts';
import { KernelStream } from './kernel-stream.ts';
import { continuedText, gapText, pauseText } from './lifecycle-text.ts';
import { statusMessage } from './server-message.ts';
import { neverHandedOver } from './never-handed-over.ts';
import type { KernelDocument, RunningKernelPlan } from './running-kernel-plan.ts';
import { workingDirectoryFor } from './working-directory.ts';

type EndReason = 'requested' | 'died' | 'server-stopped' | 'culled' | 'lost';
type Became = Omit<NewEvent, 'actor' | 'causedBy' | 'frames'>;

/** More is no person's. */
const MOST_HELD = 10_000;

/** One kernel with its stream, from launch or adoption to its end. */
export class RunningKernel {
  readonly id: string;
  readonly name: string;
  readonly stream: KernelStream;
  readonly #plan: RunningKernelPlan;
  readonly #state: ExecutionState;
  #document: KernelDocument | null;
  #kernel: SupervisedKernel | null = null;
  /** What it said before its start was recorded; null from then on. */
  #early: (() => void)[] | null = [];
  #acknowledged = 0;
  /** What comes before it is known what it has got from the server before; null from then on. */
  #held: KernelMessage[] | null = null;
  #shutdown: Promise<void> | null = null;
  #lastExit: KernelExit | null = null;
  /** Of the last death, until somebody restarts the kernel. */
  #reason: string | null = null;
  /** What its place says while it has not started it. */
  #waitsFor: string | null = null;
  /** The limit that ended its process, in words. */
  #limit: string | null = null;
  #isOver = false;

  /** @throws KernelError as the supervisor does; EventLogError if its start cannot be recorded */
  static async start(plan: RunningKernelPlan): Promise<RunningKernel> {
    const after = await plan.log.lastSequence(streamOf(plan.launch.kernelId));
    const running = new RunningKernel(plan, { after });
    await running.#launch();
    return running;
  }

  /**
   * Takes over a kernel that another server had, and sends it what that one recorded and did not hand over.
   * One that cannot be reached is waited for by nobody here.
   * @param found if it has ended meanwhile, only what it said last is still to be heard
   * @throws EventLogError if its stream cannot be read; KernelError if the supervisor is lost
   */
  static async adopt(
    plan: RunningKernelPlan,
    found: Pick<FoundKernel, 'isOver' | 'isAway'>,
  ): Promise<RunningKernel> {
    const past = await KernelPast.read(plan.log, plan.launch.kernelId);
    const running = new RunningKernel(plan, past);
    await running.#adopt(past, found);
    return running;
  }

  private constructor(plan: RunningKernelPlan, past: KernelPast | { readonly after: number }) {
    this.#plan = plan;
    this.id = plan.launch.kernelId;
    this.name = plan.name;
    this.#document = plan.document;
    this.#state = past instanceof KernelPast ? past.state : new ExecutionState();
    this.stream = new KernelStream({
      kernelId: this.id,
      log: plan.log,
      logger: plan.logger,
      after: past.after,
      ...(past instanceof KernelPast && { position: past.position, conversation: past.conversation }),
      progresses: plan.progresses,
      answerer: plan.answerer ?? null,
      send: (message) => this.#send(message),
      acknowledge: (position) => {
        this.#acknowledged = position;
        this.#kernel?.acknowledge(position);
      },
      documentPath: () => this.#document?.path ?? null,
      onRecorded: (message) => this.#state.observe(message),
      onCommitted: (committed) => plan.onCommitted?.(committed),
      retryDelay: () => plan.retryDelay(),
    });
  }

  /** It was shut down, or died too often. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** As its kernelspec names it, in small letters: `python`. */
  get language(): string {
    return this.#plan.launch.kernelspec.spec.language.toLowerCase();
  }

  /** For people. */
  get displayName(): string {
    return this.#plan.launch.kernelspec.spec.display_name;
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
      ...(this.#waitsFor !== null && { waiting: this.#waitsFor }),
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

  get documentPath(): string | null {
    return this.#document?.path ?? null;
  }

  /**
   * Its path counts from now on, and in the kernel from the next restart.
   * @param isRename the same notebook under another name
   */
  setDocument(document: KernelDocument, isRename: boolean): void {
    const from = this.#document?.path ?? null;
    this.#document = document;
    if (document.path !== from) this.#documentChanged(from, isRename);
  }

  /** @throws KernelError KERNEL_DEAD */
  async interrupt(actor: string): Promise<void> {
    this.#record({ type: 'kernel-interrupted', version: 1, data: { kernelId: this.id } }, actor);
    if (!this.stream.interrupt()) await this.#running().interrupt();
  }

  /** @throws KernelError KERNEL_DEAD, KERNEL_LAUNCH_FAILED */
  async restart(actor: string): Promise<void> {
    const kernel = this.#running();
    this.#state.started();
    this.stream.restarting();
    await kernel.restart({ sessionPath: await this.#sessionPath() });
    this.#reason = null;
    this.#restarted(kernel.pid, 'requested', actor, null);
  }

  /** Idempotent; one that failed can be asked for again. */
  shutdown(actor: string, reason: EndReason = 'requested'): Promise<void> {
    this.#shutdown ??= this.#end(actor, reason).catch((error: unknown) => {
      this.#shutdown = null;
      throw error;
    });
    return this.#shutdown;
  }

  /** The server ends, and the kernel lives on. Resolves when nothing more is recorded here. */
  letGo(): Promise<void> {
    return this.stream.letGo();
  }

  async #launch(): Promise<void> {
    const { supervisor, launch, log, actor } = this.#plan;
    const sessionPath = await this.#sessionPath();
    const kernel = await supervisor.launch({ ...launch, sessionPath }, this.#listener());
    const { kernelId, workingDirectory } = launch;
    const data = { kernelId, specName: kernel.specName, workingDirectory, pid: kernel.pid };
    const started = { type: 'kernel-started', version: 1, data, actor, causedBy: null, frames: [] } as const;
    try {
      const sequence = await log.append(streamOf(kernelId), [started]);
      const committed = { kernelId, firstSequence: sequence, time: Date.now(), events: [started] };
      this.#plan.onCommitted?.(committed);
    } catch (error) {
      // What it computes could not be recorded either.
      await kernel.shutdown({ now: true });
      throw error;
    }
    this.#begin(kernel);
    if (this.#document !== null) this.#documentChanged(null, false);
  }

  async #adopt(
    past: KernelPast,
    { isOver, isAway = false }: Pick<FoundKernel, 'isOver' | 'isAway'>,
  ): Promise<void> {
    const { supervisor, launch } = this.#plan;
    this.#reason = past.reason;
    const kernel = supervisor.adopt(launch.kernelId, past.position, this.#listener());
    if (past.hasEnded) {
      // Its server was killed before it could let go of it.
      this.#isOver = true;
      kernel.acknowledge(past.position);
      await kernel.shutdown({ now: true });
      return;
    }
    if (isOver) return this.#hearTheEnd(kernel);
    this.#record(
      { type: 'kernel-adopted', version: 1, data: { kernelId: this.id, pid: kernel.pid } },
      'server',
    );
    this.#begin(kernel);
    this.#held = [];
    const handedOver = kernel.handedOver().then((messageIds) => this.#handOver(past, messageIds));
    if (!isAway) return handedOver;
    handedOver.catch((error: unknown) =>
      this.#plan.logger.warn(
        { err: error, kernelId: this.id },
        'A kernel could not be asked what it has got',
      ),
    );
  }

  /** What is recorded and was not handed over goes first, then what has come since. */
  #handOver(past: KernelPast, handedOver: readonly string[] | null): void {
    const held = this.#held ?? [];
    this.#held = null;
    const open = neverHandedOver(past, handedOver, (message) => this.stream.answers(message));
    for (const { message, session, actor } of open) this.stream.sendRecorded(message, session, actor);
    for (const message of held) {
      try {
        this.#send(message);
      } catch (error) {
        this.stream.refused(message, error);
      }
    }
  }

  /** @throws KernelError as the kernel does */
  #send(message: KernelMessage): void {
    if (this.#held === null) return this.#running().send(message);
    if (this.#held.length >= MOST_HELD)
      throw new KernelError('KERNEL_OVERLOADED', 'too much waits for a kernel that cannot be reached');
    this.#held.push(message);
  }

  async #hearTheEnd(kernel: SupervisedKernel): Promise<void> {
    this.#begin(kernel);
    await kernel.shutdown({ now: true });
    // Nobody saw why.
    if (!this.#isOver) this.stream.together(() => this.#lost());
    await this.stream.end();
  }

  #lost(): void {
    this.stream.died(lostKernel, new Set());
    this.#ended('lost', 'server', null);
  }

  /** From here on it is heard, and asked. */
  #begin(kernel: SupervisedKernel): void {
    this.#kernel = kernel;
    if (this.#acknowledged > 0) kernel.acknowledge(this.#acknowledged);
    this.#awaitAnswer(kernel);
    const early = this.#early ?? [];
    this.#early = null;
    for (const hear of early) hear();
  }

  #listener(): SupervisedKernelListener {
    return {
      message: (message, position) => {
        if (this.#early === null) this.stream.hear(message, position);
        else this.#early.push(() => this.stream.hear(message, position));
      },
      lifecycle: (event, position) => {
        const become = (): void => {
          if (position === null || this.stream.isNew(position))
            this.stream.together(() => this.#became(event, position));
        };
        if (this.#early === null) become();
        else this.#early.push(become);
      },
      refused: (message, error) => this.stream.refused(message, error),
    };
  }

  async #end(actor: string, reason: EndReason): Promise<void> {
    await this.#running().shutdown();
    this.#ended(reason, actor, null);
    await this.stream.end();
  }

  #became(event: KernelLifecycleEvent, position: number | null): void {
    const kernelId = this.id;
    switch (event.kind) {
      case 'died':
        this.#died(event.exit, event.waiting, position);
        return;
      case 'autorestarted':
        this.stream.say(statusMessage('restarting'));
        this.#restarted(event.pid, 'died', 'server', position);
        return;
      case 'gave-up':
        this.#lastExit = event.exit;
        this.stream.say(statusMessage('dead'));
        this.#over(event.exit.limit === 'idle-time' ? 'culled' : 'died', position);
        return;
      case 'reattached': {
        const { silentFrom, silentUntil, why } = event;
        const data = { position, kernelId, silentFrom, silentUntil, ...(why !== undefined && { why }) };
        this.#record({ type: 'kernel-reattached', version: 1, data }, 'server', position);
        this.stream.sayToRunning(gapText(event));
        return;
      }
      case 'waiting': {
        this.#waitsFor = event.text;
        const data = { position, kernelId, text: event.text };
        this.#record({ type: 'kernel-waiting', version: 1, data }, 'server', position);
        if (event.text !== null) this.stream.sayToRunning(event.text);
        return;
      }
      case 'warned': {
        const data = { position, kernelId, text: event.text };
        this.#record({ type: 'kernel-warned', version: 1, data }, 'server', position);
        this.stream.sayToRunning(event.text);
        return;
      }
      case 'replies-missed':
        this.stream.missed(event.messageIds, repliesMissed);
        this.stream.record(null, position);
        return;
      case 'paused': {
        const data = { position, kernelId, reason: event.reason };
        this.#record({ type: 'kernel-paused', version: 1, data }, 'server', position);
        this.stream.sayToRunning(pauseText(event.reason));
        return;
      }
      case 'continued':
        this.#record(
          { type: 'kernel-continued', version: 1, data: { position, kernelId } },
          'server',
          position,
        );
        this.stream.sayToRunning(continuedText);
        return;
      case 'limit-reached':
        this.#reachedLimit(event, position);
        return;
    }
  }

  #reachedLimit(
    { limit, effect, text }: Extract<KernelLifecycleEvent, { kind: 'limit-reached' }>,
    position: number | null,
  ): void {
    const data = { position, kernelId: this.id, limit, effect, text };
    this.#record({ type: 'kernel-limit-reached', version: 1, data }, 'server', position);
    if (effect === 'warned') this.stream.sayToRunning(text);
    else this.#limit = text;
  }

  #died(exit: KernelExit, waiting: ReadonlySet<string>, position: number | null): void {
    const death = explainDeath(exit, this.#limit);
    this.#limit = null;
    this.#lastExit = exit;
    this.#reason = death.reason;
    this.#state.started();
    const data = { position, kernelId: this.id, reason: death.reason, ...exit };
    this.#record({ type: 'kernel-died', version: 2, data }, 'server', position);
    this.stream.died(death, waiting);
  }

  #restarted(pid: number | null, reason: 'requested' | 'died', actor: string, position: number | null): void {
    const data = { position, kernelId: this.id, reason, pid };
    this.#record({ type: 'kernel-restarted', version: 2, data }, actor, position);
    this.#awaitAnswer(this.#running());
  }

  /** Without anybody having asked for it. */
  #over(reason: EndReason, position: number | null): void {
    this.#ended(reason, 'server', position);
    void this.stream.end();
    this.#plan.onGaveUp();
  }

  /** It may die for good while it is asked to end: what came first is why it ended. */
  #ended(reason: EndReason, actor: string, position: number | null): void {
    if (this.#isOver) {
      this.stream.record(null, position);
      return;
    }
    this.#isOver = true;
    const { exitCode = null, signal = null } = reason === 'died' ? (this.#lastExit ?? {}) : {};
    const data = { position, kernelId: this.id, reason, exitCode, signal };
    this.#record({ type: 'kernel-ended', version: 2, data }, actor, position);
  }

  #awaitAnswer(kernel: SupervisedKernel): void {
    kernel.ready().then(
      () => this.#state.answered(),
      (error: unknown) =>
        this.#plan.logger.debug({ err: error, kernelId: this.id }, 'The kernel did not become ready'),
    );
  }

  #documentChanged(from: string | null, isRename: boolean): void {
    if (this.#document === null) return;
    const data = { kernelId: this.id, from, to: this.#document.path, isRename };
    this.#record({ type: 'kernel-document-changed', version: 1, data }, 'server');
  }

  #record(event: Became, actor: string, position: number | null = null): void {
    this.stream.record({ ...event, actor, causedBy: null, frames: [] } as NewEvent, position);
  }

  async #sessionPath(): Promise<string | null> {
    if (this.#document === null) return null;
    const { path, name } = this.#document;
    const { rootDirectory } = this.#plan;
    return name === null
      ? join(rootDirectory, path)
      : join(await workingDirectoryFor(rootDirectory, path), name);
  }

  #running(): SupervisedKernel {
    if (this.#kernel === null) throw new KernelError('KERNEL_DEAD', `kernel ${this.id} has not started`);
    return this.#kernel;
  }
}
