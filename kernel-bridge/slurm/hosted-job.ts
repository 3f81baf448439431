import { setTimeout as sleep } from 'node:timers/promises';
import type { HostedExit, HostedProcess, KnownProcess } from '../remote/kernel-host.ts';
import { type ConnectionInfo } from '../protocol/connection-info.ts';
import { explainEnd, isMeant, signalName } from './end-words.ts';
import { isLater, type JobFolder, type JobRun, type RunEnd, runName } from './job-folder.ts';
import { isOnNode, type JobEnd, type JobReport } from './job-report.ts';
import type { FollowedJob, JobWatch } from './job-watch.ts';
import type { SlurmCommands } from './slurm-commands.ts';
import { TimeWarnings } from './time-warnings.ts';

/** Between two looks whether a kernel's run has ended, in milliseconds: its sockets tell sooner. */
const LOOK = 3_000;
const LOOK_SOON = 200;
/** An interrupt goes by way of the controller and the node; nothing but a file tells that it came. */
const INTERRUPT = 5_000;
const INTERRUPT_LOOK = 30;
/** How long it is looked at often, once something seems to have ended it. */
const SUSPICION = 10_000;

export interface HostedJobPlan {
  readonly jobId: string;
  readonly run: JobRun;
  readonly connection: ConnectionInfo;
  readonly folder: JobFolder;
  readonly commands: SlurmCommands;
  readonly watch: JobWatch;
  warned(text: string): void;
}

/** The process of a kernel in a job of its own, reached over the network, and watched by files and the queue. */
export class HostedJob implements HostedProcess {
  readonly known: KnownProcess;
  readonly connection: ConnectionInfo;
  readonly connectionFile: string;
  readonly pid = null;
  readonly exit: Promise<HostedExit>;
  readonly #plan: HostedJobPlan;
  readonly #warnings: TimeWarnings;
  readonly #followed: FollowedJob;
  #onExit: (exit: HostedExit) => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  #suspectedUntil = 0;
  /** Its run has ended with its job, or seems to have: the job says why. */
  #runEnd: RunEnd | null = null;
  #isDone = false;

  constructor(plan: HostedJobPlan) {
    this.#plan = plan;
    this.connection = plan.connection;
    this.connectionFile = plan.folder.connectionFile(plan.run);
    this.known = { jobId: plan.jobId, run: runName(plan.run), folder: plan.folder.path };
    this.exit = new Promise((resolve) => (this.#onExit = resolve));
    this.#warnings = new TimeWarnings(plan.jobId, (text) => plan.warned(text));
    this.#followed = plan.watch.follow(plan.jobId, {
      reported: (report) => this.#reported(report),
      over: (end) => void this.#jobOver(end),
    });
    this.#wait();
  }

  /** Resolves when the kernel has it: one that came later would end what was sent since. */
  async interrupt(): Promise<void> {
    const { folder } = this.#plan;
    const before = await folder.interrupts();
    await this.#signal('INT');
    const until = Date.now() + INTERRUPT;
    while (!this.#isDone && (await folder.interrupts()) === before && Date.now() < until)
      await sleep(INTERRUPT_LOOK);
  }

  suspect(): void {
    this.#suspectedUntil = Date.now() + SUSPICION;
    this.#followed.look();
    this.#wait();
  }

  async end(how: 'terminate' | 'kill'): Promise<boolean> {
    if (this.#isDone) return true;
    await this.#signal(how === 'terminate' ? 'USR1' : 'USR2');
    this.suspect();
    return how === 'kill' ? this.exit.then(() => true) : this.#isDone;
  }

  release(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  #close(): void {
    this.#isDone = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#warnings.close();
    this.#followed.close();
  }

  /** To the script, which hands it on to the kernel's process group. */
  async #signal(name: 'INT' | 'USR1' | 'USR2'): Promise<void> {
    await this.#plan.commands.run('scancel', ['-b', '-s', name, this.#plan.jobId]).catch((error: Error) => {
      // It is over, which its exit tells.
      if (!/invalid job id|already completing|already completed/i.test(error.message)) throw error;
      this.#followed.look();
    });
  }

  #wait(): void {
    if (this.#isDone) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const wait = Date.now() < this.#suspectedUntil ? LOOK_SOON : LOOK;
    this.#timer = setTimeout(() => void this.#look().finally(() => this.#wait()), wait);
  }

  async #look(): Promise<void> {
    const { folder, run } = this.#plan;
    // A file system that does not answer says nothing of the kernel.
    const [end, latest] = await Promise.all([folder.ended(run), folder.latestRun()]).catch(() => [
      null,
      null,
    ]);
    if (this.#isDone) return;
    if (end !== null) this.#runOver(end);
    else if (latest !== null && isLater(latest, run)) await this.#requeued();
  }

  #runOver(end: RunEnd): void {
    if (this.#runEnd !== null) return;
    this.#runEnd = end;
    // The queue says whether the job goes on; it says so at once.
    this.#followed.look();
  }

  #reported(report: JobReport): void {
    this.#warnings.learn(report.start, report.end);
    if (!isOnNode(report.state)) {
      void this.#requeued(report);
      return;
    }
    const end = this.#runEnd;
    if (end !== null && report.state === 'RUNNING' && !end.endsJob) void this.#done(end, '', false);
  }

  async #jobOver(end: JobEnd): Promise<void> {
    const { folder, run } = this.#plan;
    const ended = this.#runEnd ?? (await folder.ended(run).catch(() => null));
    // It ended by itself, and its job after it: what the kernel ended with is the reason.
    if (ended !== null && !ended.endsJob && !isMeant(end)) await this.#done(ended, '', false);
    else await this.#done(ended, explainEnd(end), isMeant(end));
  }

  /** Slurm has put the job back, and starts it anew in its time. */
  async #requeued(report?: JobReport): Promise<void> {
    const reason = report === undefined || report.reason === 'None' ? '' : ` (${report.reason})`;
    const text = `Slurm took job ${this.#plan.jobId} from its node and put it back into the queue${reason}: its node failed, it had to make room, or somebody asked for it. The kernel is started anew, without its variables.`;
    await this.#done(null, text, false);
  }

  async #done(end: RunEnd | null, explanation: string, isFinal: boolean): Promise<void> {
    if (this.#isDone) return;
    this.#close();
    const stderrTail = await this.#plan.folder.outputTail().catch(() => '');
    const status = end?.status ?? null;
    const isSignal = status !== null && status > 128;
    this.#onExit({
      exitCode: isSignal ? null : status,
      signal: isSignal ? signalName(status - 128) : null,
      stderrTail,
      outOfMemory: null,
      memoryHighWater: null,
      limit: null,
      ...(explanation !== '' && { explanation }),
      isFinal,
    });
  }
}
