import type { DialIn } from '../far/dial-in.ts';
import { FarSupervisor } from '../far/far-supervisor.ts';
import {
  KernelError,
  type KernelExit,
  type KernelLifecycleEvent,
  type LaunchRequest,
  UNSEEN_EXIT,
} from '../kernel.ts';
import { dead } from '../life/dead.ts';
import { HeldMessages } from '../life/held-messages.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { SupervisedKernel, SupervisedKernelListener } from '../supervisor/kernel-supervisor.ts';
import { explainEnd } from './end-words.ts';
import { isOnNode, type JobEnd, type JobReport } from './job-report.ts';
import type { FollowedJob, JobListener } from './job-watch.ts';
import { queueText } from './queue-words.ts';
import { TimeWarnings } from './time-warnings.ts';

/** A job that runs, and has not dialled in for so long, is given up; in milliseconds. */
const DIAL_IN = 180_000;
/** A kernel that is asked to end has so long; then it ends with its job. */
const ENDING = 10_000;

/** What a kernel asks of its job. */
export interface SupervisedJob {
  readonly jobId: string;
  /** Follows it in the queue. */
  follow(listener: JobListener): FollowedJob;
  /** What it printed last. Never rejects. */
  output(): Promise<string>;
  /** Takes it from the cluster, and forgets the kernel. Never rejects. */
  remove(): Promise<void>;
}

export interface JobKernelPlan {
  readonly request: LaunchRequest;
  readonly listener: SupervisedKernelListener;
  /** The last position that is recorded. */
  readonly after: number;
  readonly dialIn: DialIn;
  /** Where it dials in, for people; asked no sooner than it matters, for a server that starts does not know it yet. */
  address(): string;
  readonly job: SupervisedJob;
  /** For what is known of its supervisor. */
  readonly folder: string;
  readonly log: KernelLog;
}

type State =
  /** Its supervisor has never dialled in. */
  | { readonly kind: 'expected'; readonly messages: HeldMessages }
  /** Its supervisor dials in whenever it can. */
  | { readonly kind: 'held'; readonly kernel: SupervisedKernel }
  | { readonly kind: 'over' };

/** A kernel in a job of its own, whose supervisor dials in. It is there before its job runs. */
export class JobKernel implements SupervisedKernel {
  readonly id: string;
  readonly specName: string;
  readonly request: LaunchRequest;
  readonly connectionFile = null;
  /** No process of this machine. */
  readonly pid = null;
  readonly #plan: JobKernelPlan;
  readonly #known = Promise.withResolvers<SupervisedKernel>();
  readonly #far: FarSupervisor;
  readonly #followed: FollowedJob;
  readonly #warnings: TimeWarnings;
  #state: State = { kind: 'expected', messages: new HeldMessages() };
  #isLaunching = false;
  #isOnNode = false;
  #isEnding = false;
  #isReleased = false;
  #acknowledged: number;
  /** Position of the last that it will ever say. */
  #last: number | null = null;
  #saidWaiting: string | null = null;
  #dialInTimer: NodeJS.Timeout | null = null;
  #removed: Promise<void> | null = null;
  #shutdown: Promise<void> | null = null;

  constructor(plan: JobKernelPlan) {
    this.#plan = plan;
    this.id = plan.request.kernelId;
    this.specName = plan.request.kernelspec.name;
    this.request = plan.request;
    this.#acknowledged = plan.after;
    const { job, folder, log, dialIn } = plan;
    // Whoever asks for it hears of it.
    this.#known.promise.catch(() => undefined);
    this.#warnings = new TimeWarnings(job.jobId, (text) => this.#say({ kind: 'warned', text }));
    this.#far = new FarSupervisor({
      ...{ folder, log, connect: dialIn.connect },
      title: `Slurm's job ${job.jobId}`,
      isAlwaysNeeded: true,
      awayReason: 'it has not dialled in',
      // The one who is told has the connection in hand a moment later.
      onReach: ({ state }) => {
        if (state === 'reached') setImmediate(() => void this.#dialledIn());
      },
    });
    if (this.#far.found.length > 0) this.#hold(this.#far.adopt(this.id, plan.after, this.#listener()));
    this.#followed = job.follow({
      reported: (report) => this.#reported(report),
      over: (end) => void this.#jobOver(end),
    });
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#known.promise).ready();
  }

  send(message: KernelMessage): void {
    if (this.#state.kind === 'over') throw dead();
    if (this.#state.kind === 'held') this.#state.kernel.send(message);
    else this.#state.messages.add(message);
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return this.#far.usage();
  }

  async interrupt(): Promise<void> {
    // What waits in a queue runs nothing of anybody's.
    if (this.#state.kind === 'over') throw dead();
    if (this.#state.kind === 'held') await this.#state.kernel.interrupt();
  }

  async restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    if (this.#state.kind === 'over') throw dead();
    if (this.#state.kind === 'held') await this.#state.kernel.restart(options);
    // What has not begun begins anew in any case.
    else await this.#known.promise;
  }

  async handedOver(): Promise<readonly string[] | null> {
    return (await this.#known.promise).handedOver();
  }

  acknowledge(position: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, position);
    if (this.#state.kind === 'held') this.#state.kernel.acknowledge(position);
    if (this.#last !== null && position >= this.#last) void this.#remove();
  }

  shutdown(options: { readonly now?: boolean } = {}): Promise<void> {
    this.#shutdown ??= this.#end(options);
    return this.#shutdown;
  }

  /** Lets go: it lives on. Idempotent. */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#stopWatching();
    await this.#far.close();
    if (this.#state.kind === 'expected') this.#known.reject(letGo());
    await this.#removed;
  }

  get #isOver(): boolean {
    return this.#isEnding || this.#isReleased || this.#state.kind === 'over';
  }

  async #dialledIn(): Promise<void> {
    this.#stopTimer();
    this.#wait(null);
    if (this.#isOver || this.#state.kind !== 'expected' || this.#isLaunching || !this.#far.isReached) return;
    this.#isLaunching = true;
    try {
      this.#hold(await this.#far.launch(this.request, this.#listener()));
    } catch (error) {
      if (error instanceof KernelError && error.code === 'KERNEL_SUPERVISOR_LOST') {
        // The way broke in that moment: it comes again.
        this.#isLaunching = false;
        return;
      }
      await this.#fail(`it could not be started in its job: ${(error as Error).message}`);
    }
  }

  #hold(kernel: SupervisedKernel): void {
    if (this.#isOver || this.#state.kind !== 'expected') return;
    const { messages } = this.#state;
    this.#state = { kind: 'held', kernel };
    kernel.acknowledge(this.#acknowledged);
    for (const message of messages) kernel.send(message);
    this.#known.resolve(kernel);
  }

  #listener(): SupervisedKernelListener {
    const { listener } = this.#plan;
    return {
      message: (message, position) => listener.message(message, position),
      lifecycle: (event, position) => {
        // Its job is kept until that is recorded.
        if (event.kind === 'gave-up') this.#last = position;
        listener.lifecycle(event, position);
      },
      refused: (message, error) => listener.refused(message, error),
    };
  }

  #reported(report: JobReport): void {
    if (this.#isOver) return;
    this.#warnings.learn(report.start, report.end);
    const was = this.#isOnNode;
    this.#isOnNode = isOnNode(report.state);
    if (!this.#isOnNode) {
      this.#stopTimer();
      if (was)
        this.#say({
          kind: 'warned',
          text: `Slurm took job ${report.jobId} from its node and put it back into the queue: its node failed, it had to make room, or somebody asked for it. The kernel is started anew, without its variables.`,
        });
      this.#wait(queueText(report));
      return;
    }
    if (this.#far.isReached) return this.#wait(null);
    if (this.#saidWaiting === null && this.#state.kind === 'held') return;
    this.#wait(`Slurm's job ${report.jobId} runs on ${report.nodes}, and is expected to dial in.`);
    this.#dialInTimer ??= setTimeout(() => void this.#neverDialledIn(), DIAL_IN);
  }

  async #neverDialledIn(): Promise<void> {
    const seconds = DIAL_IN / 1000;
    const printed = await this.#plan.job.output();
    await this.#fail(
      `its job runs, but has not dialled in within ${seconds} s. Can the nodes reach ${this.#plan.address()}, and have they Node.js?`,
      printed,
    );
  }

  async #jobOver(end: JobEnd): Promise<void> {
    if (this.#isOver) return;
    this.#isEnding = true;
    this.#stopWatching();
    await this.#died({
      ...UNSEEN_EXIT,
      stderrTail: await this.#plan.job.output(),
      explanation: explainEnd(end),
    });
  }

  async #fail(explanation: string, stderrTail = ''): Promise<void> {
    if (this.#isOver) return;
    this.#isEnding = true;
    this.#stopWatching();
    await this.#died({ ...UNSEEN_EXIT, stderrTail, explanation });
  }

  async #died(exit: KernelExit): Promise<void> {
    if (this.#isReleased) return;
    // Its own last words came first, if it had any: then it is over already.
    if (this.#last === null) {
      this.#say({ kind: 'died', exit, waiting: new Set() });
      this.#say({ kind: 'gave-up', exit });
    }
    await this.#remove();
  }

  async #end({ now = false }: { readonly now?: boolean }): Promise<void> {
    if (this.#state.kind === 'held') {
      const { kernel } = this.#state;
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, ENDING)));
      // One that cannot be asked ends with its job.
      await Promise.race([kernel.shutdown({ now }).catch(() => undefined), tooLong]);
      clearTimeout(timer);
    }
    this.#isEnding = true;
    await this.#remove();
  }

  #remove(): Promise<void> {
    this.#removed ??= this.#takeAway();
    return this.#removed;
  }

  async #takeAway(): Promise<void> {
    this.#isEnding = true;
    this.#stopWatching();
    if (this.#state.kind === 'expected') this.#known.reject(dead());
    this.#state = { kind: 'over' };
    this.#plan.dialIn.close();
    await this.#far.close();
    await this.#plan.job.remove();
  }

  #wait(text: string | null): void {
    if (text === this.#saidWaiting) return;
    this.#saidWaiting = text;
    this.#say({ kind: 'waiting', text });
  }

  #say(event: KernelLifecycleEvent): void {
    this.#plan.listener.lifecycle(event, null);
  }

  #stopWatching(): void {
    this.#stopTimer();
    this.#warnings.close();
    this.#followed.close();
  }

  #stopTimer(): void {
    if (this.#dialInTimer !== null) clearTimeout(this.#dialInTimer);
    this.#dialInTimer = null;
  }
}

function letGo(): KernelError {
  return new KernelError('KERNEL_SUPERVISOR_LOST', 'the server has let go of its kernels');
}
