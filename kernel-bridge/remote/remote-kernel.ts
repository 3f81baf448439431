import {
  type DetachableKernel,
  KernelError,
  type KernelExit,
  type KernelListener,
  type LaunchRequest,
  UNSEEN_EXIT,
} from '../kernel.ts';
import { dead } from '../life/dead.ts';
import { HeldMessages, idsOf } from '../life/held-messages.ts';
import { Readiness } from '../life/readiness.ts';
import { decideRestart, NO_DEATHS } from '../life/restart-policy.ts';
import { StepSequence } from '../life/step-sequence.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { ComingRun, type HowItComes } from './coming-run.ts';
import { HostReports } from './host-reports.ts';
import type { HostListener } from './kernel-host.ts';
import type { RemoteRecord } from './remote-record.ts';
import type { RemoteRun } from './remote-run.ts';
import { type RemoteKernelPlan, RemoteRuns } from './remote-runs.ts';
import { RunHearing } from './run-hearing.ts';
import { Silence } from './silence.ts';

type Life =
  /** A process is started or found, and gets what is held. */
  | { readonly state: 'coming'; readonly coming: ComingRun; readonly held: HeldMessages }
  | { readonly state: 'running'; readonly run: RemoteRun }
  /** One process is ending or has ended; another follows and gets what is held. */
  | { readonly state: 'between'; readonly held: HeldMessages }
  | { readonly state: 'over' };

/** A kernel whose process is none of this machine's, or none of ours, spoken to by ZeroMQ. */
export class RemoteKernel implements DetachableKernel {
  readonly id: string;
  readonly specName: string;
  readonly request: LaunchRequest;
  readonly #plan: RemoteKernelPlan;
  readonly #listener: KernelListener;
  readonly #runs: RemoteRuns;
  readonly #hearing: RunHearing;
  readonly #ready = new Readiness();
  readonly #silence: Silence;
  readonly #reports: HostReports;
  #sessionPath: string | null;
  #life: Life = { state: 'between', held: new HeldMessages() };
  /** The last that was started or found; what a host says of earlier ones does not matter any more. */
  #lastComing: ComingRun | null = null;
  #history = NO_DEATHS;
  /** Starts, restarts and ends happen one after another. */
  readonly #steps = new StepSequence();
  #shutdown: Promise<void> | null = null;

  constructor(plan: RemoteKernelPlan, listener: KernelListener) {
    this.#plan = plan;
    this.request = plan.request;
    this.id = plan.request.kernelId;
    this.specName = plan.request.kernelspec.name;
    this.#sessionPath = plan.request.sessionPath;
    this.#listener = listener;
    this.#silence = new Silence((event) => listener.lifecycle(event));
    this.#reports = new HostReports(listener, this.#silence);
    this.#hearing = new RunHearing({
      plan,
      listener,
      ready: this.#ready,
      silence: this.#silence,
      isCurrent: (run) => this.#isCurrent(run),
      warn: (error, message) => this.#warn(error, message),
    });
    this.#runs = new RemoteRuns(plan, this.#hearing);
  }

  /**
   * Starts the first process; called once. Resolves when it is there, or its place has it wait.
   * @throws KernelError KERNEL_LAUNCH_FAILED, PlaceError
   */
  launch(): Promise<void> {
    return this.#steps.run(async () => {
      try {
        await this.#start('started');
      } catch (error) {
        await this.#end();
        throw this.#isShuttingDown() ? dead() : error;
      }
    });
  }

  /**
   * Takes over what the record tells of; called once. It may not be reached for long: that is not waited for.
   * @param silentFrom since when nobody has listened
   */
  adopt(record: RemoteRecord, silentFrom: Date): void {
    this.#history = record.history;
    this.#silence.begin(silentFrom);
    this.#life = { state: 'between', held: HeldMessages.parse(record.waiting) };
    // What waits is sent once: whoever takes over after us must not find it again.
    this.#plan.folder.amend({ waiting: [] });
    this.#come('found', (told, signal) =>
      this.#runs.find(record, told, signal, (error) => {
        this.#silence.explain(silentFrom, `It could not be reached: ${error.message}`);
        told.warned(error.message);
      }),
    );
  }

  detach(): Promise<void> {
    // A queue may be long, and nothing that is under way in it need be waited for.
    if (this.#life.state === 'coming') {
      this.#letGoComing(this.#life);
      return Promise.resolve();
    }
    return this.#steps.run(async () => {
      const life = this.#life;
      if (life.state === 'over') return;
      if (life.state === 'coming') return this.#letGoComing(life);
      this.#letGo(life.state === 'running' ? life.run.leaveHeld() : life.held);
      if (life.state === 'running') await life.run.leave();
    });
  }

  get pid(): number | null {
    return this.#life.state === 'running' ? this.#life.run.process.pid : null;
  }

  get connectionFile(): string | null {
    return this.#life.state === 'running' ? this.#runs.fileOf(this.#life.run) : null;
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    if (this.#life.state === 'running' && this.#ready.failed) {
      this.#ready.renew();
      this.#hearing.meet(this.#life.run);
    }
    return this.#ready.promise;
  }

  async finished(): Promise<boolean> {
    if (this.#life.state === 'coming') await this.#life.coming.done.catch(() => null);
    if (this.#life.state !== 'running') return false;
    const { run } = this.#life;
    await this.#ready.promise.catch(() => undefined);
    return this.#isCurrent(run) && run.connection.finished();
  }

  async beats(): Promise<boolean> {
    return this.#life.state === 'running' && this.#life.run.connection.beats();
  }

  pause(): void {
    if (this.#life.state === 'running') this.#life.run.setPaused(true);
  }

  resume(): void {
    if (this.#life.state === 'running') this.#life.run.setPaused(false);
  }

  send(message: KernelMessage): void {
    switch (this.#life.state) {
      case 'running':
        return this.#life.run.send(message);
      case 'coming':
      case 'between':
        return this.#life.held.add(message);
      case 'over':
        throw dead();
    }
  }

  async interrupt(): Promise<void> {
    const life = this.#life;
    if (life.state === 'over') throw dead();
    // Between two processes nothing runs, and what only starts runs nothing of anybody's; what is being found may.
    if (life.state === 'between' || (life.state === 'coming' && life.coming.how !== 'found')) return;
    const run = life.state === 'running' ? life.run : await life.coming.done.catch(() => null);
    if (run !== null && this.#ready.isWaiting) run.setPaused(false);
    await this.#ready.promise.catch(() => undefined);
    if (run !== null && this.#isCurrent(run)) await run.interrupt();
    else if (this.#isOver()) throw dead();
  }

  async restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    if (this.#isOver()) throw dead();
    if (!this.#plan.host.restarts)
      throw new KernelError(
        'KERNEL_LAUNCH_FAILED',
        'it was not started from here, and can be restarted only there',
      );
    if (options.sessionPath !== undefined) this.#sessionPath = options.sessionPath;
    if (this.#life.state !== 'coming') this.#ready.renew();
    return this.#steps.run(async () => {
      if (this.#isOver() || this.#isShuttingDown()) throw dead();
      // It has done nothing yet, and its place in a queue is worth keeping.
      if (this.#life.state === 'coming') return;
      if (this.#life.state === 'running')
        await this.#endRun(this.#leave(this.#life.run, false), { restart: true });
      if (this.#isShuttingDown()) throw dead();
      this.#history = { ...this.#history, consecutiveDeaths: 0 };
      try {
        await this.#start('started');
      } catch (error) {
        await this.#giveUp(endedBy(error));
        throw error;
      }
      if (this.#isShuttingDown()) throw dead();
    });
  }

  shutdown({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    const life = this.#life;
    if (now && life.state === 'running' && this.#plan.host.owns)
      void life.run.process.end('kill').catch(() => false); // The steps tell of it.
    if (life.state === 'coming') life.coming.abort();
    this.#shutdown ??= this.#steps.run(async () => {
      if (this.#life.state === 'running')
        await this.#endRun(this.#leave(this.#life.run, false), now ? 'killed' : { restart: false });
      if (this.#life.state === 'coming') await this.#endComing(this.#life.coming);
      await this.#end();
    });
    return this.#shutdown;
  }

  /**
   * The kernel must be between two processes. Resolves when its place has taken the next.
   * @throws what the host does
   */
  async #start(how: 'started' | 'automatic'): Promise<void> {
    const request = { ...this.request, sessionPath: this.#sessionPath };
    await this.#come(how, (told, signal) => this.#runs.start(request, this.#history, told, signal)).taken;
  }

  #come(
    how: HowItComes,
    begin: (told: HostListener, signal: AbortSignal) => Promise<RemoteRun | null>,
  ): ComingRun {
    const held = this.#life.state === 'between' ? this.#life.held : new HeldMessages();
    const coming: ComingRun = new ComingRun(
      how,
      this.#reports.of(() => this.#lastComing === coming && !this.#isOver()),
      begin,
    );
    this.#lastComing = coming;
    this.#life = { state: 'coming', coming, held };
    void this.#arrive(coming, held);
    return coming;
  }

  async #arrive(coming: ComingRun, held: HeldMessages): Promise<void> {
    let run: RemoteRun | null;
    try {
      run = await coming.done;
    } catch (error) {
      // Otherwise whoever started it hears of it, or wants it no more.
      if (coming.wasTaken && this.#isComing(coming) && !this.#isShuttingDown())
        this.#stepAlone(() => (this.#isComing(coming) ? this.#giveUp(endedBy(error)) : undefined));
      return;
    }
    // Whoever ended it waits for it, and whoever let go of it does not.
    if (!this.#isComing(coming)) return this.#isOver() ? run?.leave() : undefined;
    if (this.#isShuttingDown()) return;
    this.#reports.waits(null);
    if (run === null) return this.#isGone(held);
    this.#attend(run, held);
    this.#plan.log.info({ kernelId: this.id, pid: run.process.pid, how: coming.how }, 'a kernel is there');
    if (coming.how === 'automatic') this.#listener.lifecycle({ kind: 'autorestarted', pid: this.pid });
    this.#hearing.meet(run);
  }

  #attend(run: RemoteRun, held: HeldMessages): void {
    this.#life = { state: 'running', run };
    run.attend(held);
    void run.process.exit.then(() => {
      // Whoever ended it has left it before.
      if (!this.#isCurrent(run)) return;
      this.#silence.processEnded();
      this.#leave(run, true);
      this.#stepAlone(async () => this.#recover(await run.buried(), run.lifetime));
    });
  }

  /** It ended while nobody listened, and so has ended now. */
  #isGone(held: HeldMessages): void {
    this.#silence.end();
    this.#life = { state: 'between', held };
    const { startedAt } = this.#plan.folder.record ?? {};
    this.#stepAlone(() => this.#recover(UNSEEN_EXIT, startedAt == null ? 0 : Date.now() - startedAt));
  }

  async #recover(
    { isFinal = false, ...exit }: KernelExit & { isFinal?: boolean },
    lifetime: number,
  ): Promise<void> {
    if (this.#isShuttingDown() || this.#life.state !== 'between') return;
    const waiting = idsOf(this.#life.held);
    this.#plan.log.warn({ kernelId: this.id, ...exit }, 'the kernel died');
    this.#listener.lifecycle({ kind: 'died', exit, waiting });
    const decision = decideRestart(this.#history, lifetime);
    if (isFinal || !this.#plan.host.restarts || decision.kind === 'give-up') return this.#giveUp(exit);
    this.#history = decision.history;
    try {
      await this.#start('automatic');
    } catch (error) {
      this.#warn(error, 'no further restart');
      await this.#giveUp({ ...exit, ...endedBy(error) });
    }
  }

  /**
   * From here on the kernel is between two processes, and whoever asks whether it is ready waits for the next.
   * @param handOn whether the next one gets what this one never got
   */
  #leave(run: RemoteRun, handOn: boolean): RemoteRun {
    const held = run.leaveHeld();
    this.#ready.renew();
    this.#life = { state: 'between', held: (handOn ? held : null) ?? new HeldMessages() };
    return run;
  }

  async #endRun(run: RemoteRun, how: { readonly restart: boolean } | 'killed'): Promise<void> {
    if (!(await run.end(how))) this.#plan.log.warn({ kernelId: this.id }, 'the kernel could not be killed');
  }

  /** Ends what is not there yet, whatever has become of it. */
  async #endComing(coming: ComingRun): Promise<void> {
    this.#life = { state: 'between', held: new HeldMessages() };
    coming.abort();
    const run = await coming.done.catch(() => null);
    if (run !== null) return this.#endRun(run, 'killed');
    if (coming.how === 'found')
      await this.#runs
        .forget()
        .catch((error: unknown) => this.#warn(error, 'a kernel was not found, and may still run'));
  }

  #letGoComing({ coming, held }: Extract<Life, { state: 'coming' }>): void {
    // Nothing would be found again.
    if (this.#plan.folder.record === null) coming.abort();
    this.#letGo(held);
  }

  #letGo(held: HeldMessages | null): void {
    this.#life = { state: 'over' };
    this.#ready.reject(dead());
    this.#plan.onOver();
    try {
      if (held !== null) this.#plan.folder.amend({ waiting: held.serialize() });
    } catch (error) {
      this.#warn(error, 'what waited for a kernel could not be kept for it');
    }
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
    await this.#runs.remove().catch((error: unknown) => this.#warn(error, 'files of a kernel remain'));
    await this.#plan.host
      .over?.(this.request)
      .catch((error: unknown) => this.#warn(error, 'what was kept for a kernel remains'));
  }

  #isCurrent(run: RemoteRun): boolean {
    return this.#life.state === 'running' && this.#life.run === run;
  }

  #isComing(coming: ComingRun): boolean {
    return this.#life.state === 'coming' && this.#life.coming === coming;
  }

  #isOver(): boolean {
    return this.#life.state === 'over';
  }

  #isShuttingDown(): boolean {
    return this.#shutdown !== null;
  }

  /** A step that nobody asked for has nobody to hear of its failure but the operator. */
  #stepAlone(step: () => Promise<void> | void): void {
    this.#steps.run(step).catch((error: unknown) => this.#warn(error, 'a step of a kernel failed'));
  }

  #warn(error: unknown, message: string): void {
    this.#plan.log.warn({ kernelId: this.id, reason: (error as Error).message }, message);
  }
}

function endedBy(error: unknown): KernelExit {
  return { ...UNSEEN_EXIT, explanation: (error as Error).message };
}
