import type { NewEvent } from '../../event-log/event.ts';
import { KernelError, type KernelExit, type KernelLifecycleEvent } from '../../kernel-bridge/kernel.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { CatchUp } from './catch-up.ts';
import { ExecutionState } from './execution-state.ts';
import { FirstSign } from './first-sign.ts';
import { type Death, explainDeath, letGoKernel, lostKernel, repliesMissed } from './explain-death.ts';
import { streamOf } from './kernel-events.ts';
import { kernelModel, type KernelModel } from './kernel-model.ts';
import { KernelPast } from './kernel-past.ts';
import { KernelStream } from './kernel-stream.ts';
import type { KernelWhereabouts } from './kernel-whereabouts.ts';
import { type Became, lifecycleNotice } from './lifecycle-notice.ts';
import { recordStart } from './record-start.ts';
import { PlaceWord } from './place-word.ts';
import { succeedsInTime } from './succeeds-in-time.ts';
import { statusMessage } from './server-message.ts';
import type { EndReason, KernelDocument, RunningKernelPlan } from './running-kernel-plan.ts';
import { sessionPathOf } from './session-path.ts';

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
  #shutdown: Promise<void> | null = null;
  #lastExit: KernelExit | null = null;
  /** Of the last death, until somebody restarts the kernel. */
  #reason: string | null = null;
  readonly #placeWord = new PlaceWord();
  readonly #firstSign = new FirstSign();
  /** The limit that ended its process, in words. */
  #limit: string | null = null;
  #isOver = false;
  #catchUp: CatchUp | null = null;
  /** Of one that was taken over: once it has all that it was sent before. @throws (when awaited) KernelError */
  caughtUp: Promise<void> = Promise.resolve();
  #startedAt: number | null = null;

  /** @throws KernelError as the supervisor does; EventLogError if its start cannot be recorded */
  static async start(plan: RunningKernelPlan): Promise<RunningKernel> {
    const after = await plan.log.lastSequence(streamOf(plan.launch.kernelId));
    const running = new RunningKernel(plan, { after });
    await running.#launch();
    return running;
  }

  /**
   * Takes over a kernel that another server had, and sends it what that one recorded and did not hand over.
   * One that cannot be reached is there at once; who wants to wait for it has `caughtUp`.
   * @param found if it has ended meanwhile, only what it said last is still to be heard
   * @throws EventLogError if its stream cannot be read; KernelError if the supervisor is lost
   */
  static async adopt(plan: RunningKernelPlan, found: Pick<FoundKernel, 'isOver'>): Promise<RunningKernel> {
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
      send: (message) => {
        if (this.#catchUp?.hold(message) !== true) this.#running().send(message);
      },
      acknowledge: (position) => {
        this.#acknowledged = position;
        this.#kernel?.acknowledge(position);
      },
      documentPath: () => this.#document?.path ?? null,
      askerThere: () => this.#kernel?.askerThere ?? null,
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

  /** The id of the place where it runs; null for this machine. */
  get place(): string | null {
    return this.#plan.launch.kernelspec.place ?? null;
  }

  /** How it is and where, for those who look after kernels; `startedAt` in milliseconds since the epoch. */
  get whereabouts(): KernelWhereabouts {
    const { pid = null, connectionFile = null } = this.#kernel ?? {};
    const queued = this.stream.executions.filter(({ hasBegun }) => !hasBegun).length;
    return { pid, connectionFile, startedAt: this.#startedAt, text: this.#placeWord.text, queued };
  }

  /** Absolute. */
  get workingDirectory(): string {
    return this.#plan.launch.workingDirectory;
  }

  get model(): KernelModel {
    const { id, name, stream } = this;
    const words = { reason: this.#reason, waiting: this.#placeWord.waitsFor };
    return kernelModel({ id, name, connections: stream.connections, ...words }, this.#state);
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
    if (!this.stream.interrupt(actor)) await this.#running().interrupt();
  }

  /** @throws KernelError KERNEL_DEAD, KERNEL_LAUNCH_FAILED */
  async restart(actor: string, host: string | null = null): Promise<void> {
    const kernel = this.#running();
    // What it does now goes on, and is not forgotten.
    if (kernel.request.target?.restarts === false)
      throw new KernelError(
        'KERNEL_LAUNCH_FAILED',
        'it was not started from here, and can be restarted only there',
      );
    this.#state.started();
    this.stream.restarting();
    const sessionPath = await sessionPathOf(this.#plan.rootDirectory, this.#document);
    await kernel.restart({ sessionPath, asker: { person: actor, host } });
    this.#reason = null;
    this.#restarted(kernel.pid, 'requested', actor, null);
  }

  /** Once it is known that it starts: at once on this machine. @throws KernelError KERNEL_LAUNCH_FAILED */
  async starts(): Promise<void> {
    if (this.place !== null) await this.#firstSign.given(this.#running().ready(), () => this.#reason);
  }

  /**
   * Idempotent; one that failed can be asked for again. One of another machine counts as ended after a while in any case.
   * @param told in the cells that it had not done
   */
  shutdown(actor: string, reason: EndReason = 'requested', told: Death | null = null): Promise<void> {
    this.#shutdown ??= this.#end(actor, reason, told).catch((error: unknown) => {
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
    const { supervisor, launch, rootDirectory, actor: person, host = null } = this.#plan;
    const request = { ...launch, sessionPath: await sessionPathOf(rootDirectory, this.#document) };
    const kernel = await supervisor.launch(request, this.#listener(), { person, host });
    await recordStart(this.#plan, kernel);
    this.#startedAt = Date.now();
    this.#begin(kernel);
    if (this.#document !== null) this.#documentChanged(null, false);
  }

  async #adopt(past: KernelPast, { isOver }: Pick<FoundKernel, 'isOver'>): Promise<void> {
    const { supervisor, launch } = this.#plan;
    this.#reason = past.reason;
    this.#placeWord.waitsFor = past.conversation.waitsFor;
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
    this.#catchUp = new CatchUp();
    this.#begin(kernel);
    this.caughtUp = this.#catchUp.run(kernel, past, this.stream, () => this.#isOver);
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

  async #end(actor: string, reason: EndReason, told: Death | null): Promise<void> {
    // A kernel that is asked to end interrupts its cell, which would seem to be a person's doing.
    if (told !== null && this.stream.executions.some(({ hasBegun }) => hasBegun))
      this.stream.sayToRunning(told.lines.join('\n'));
    const ending = this.#running().shutdown();
    // One of another machine may be out of reach: it is let go of, and whoever reaches it again ends it.
    const hasEnded =
      this.place === null ? await ending.then(() => true) : await succeedsInTime(ending, reason);
    if (this.#isOver) return;
    this.stream.together(() => {
      const death = told ?? (hasEnded ? null : letGoKernel);
      if (death !== null) this.stream.died(death, new Set());
      this.#ended(reason, actor, null);
    });
    await this.stream.end();
  }

  #became(event: KernelLifecycleEvent, position: number | null): void {
    this.#placeWord.heard(event);
    if (event.kind === 'waiting') this.#firstSign.waits();
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
      case 'reattached':
      case 'waiting':
      case 'warned':
      case 'paused':
      case 'continued':
      case 'limit-reached': {
        if (event.kind === 'limit-reached' && event.effect === 'ended') this.#limit = event.text;
        const { recorded, text } = lifecycleNotice(event, this.id, position);
        this.#record(recorded, 'server', position);
        if (event.kind === 'waiting') this.stream.waits(text);
        else if (text !== null)
          this.stream.sayToRunning(
            text,
            event.kind === 'reattached' && event.startsAnew ? 'cut-short' : null,
          );
        return;
      }
      case 'replies-missed':
        this.stream.missed(event.messageIds, repliesMissed);
        this.stream.record(null, position);
        return;
    }
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
      () => {
        this.#state.answered();
        this.#placeWord.waitsFor = null;
      },
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

  #running(): SupervisedKernel {
    if (this.#kernel === null) throw new KernelError('KERNEL_DEAD', `kernel ${this.id} has not started`);
    return this.#kernel;
  }
}
