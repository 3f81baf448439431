import type { KernelLog } from '../local/kernel-log.ts';
import {
  forgottenJob,
  isOnNode,
  isOver,
  type JobEnd,
  type JobReport,
  parseJobEnd,
  parseReports,
  REPORT_FORMAT,
} from './job-report.ts';
import type { SlurmCommands } from './slurm-commands.ts';

/** Between two looks at the queue, in milliseconds: soon after something is new, then less and less often. */
const FIRST = 300;
const GROWTH = 1.4;
const LAST_WAITING = 15_000;
const LAST_RUNNING = 30_000;

export interface JobListener {
  /** What the queue says now; also where it is as before. */
  reported(report: JobReport): void;
  /** It is over. Called once, and nothing after it. */
  over(end: JobEnd): void;
}

export interface FollowedJob {
  /** Looks again soon: something happened that may have changed it. */
  look(): void;
  /** Idempotent. */
  close(): void;
}

/**
 * Follows jobs in the queue: one `squeue` for all of them, since Slurm tells nobody by itself. That the controller does not
 * answer says nothing about a job: it is asked again.
 */
export class JobWatch {
  readonly #commands: SlurmCommands;
  readonly #log: KernelLog;
  readonly #jobs = new Map<string, { readonly listeners: Set<JobListener>; state: string }>();
  #interval = FIRST;
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  #isSoon = false;
  #isSilent = false;

  constructor(commands: SlurmCommands, log: KernelLog) {
    this.#commands = commands;
    this.#log = log;
  }

  follow(jobId: string, listener: JobListener): FollowedJob {
    const job = this.#jobs.get(jobId) ?? { listeners: new Set(), state: '' };
    job.listeners.add(listener);
    this.#jobs.set(jobId, job);
    this.#soon();
    return {
      look: () => this.#soon(),
      close: () => {
        job.listeners.delete(listener);
        if (job.listeners.size === 0 && this.#jobs.get(jobId) === job) this.#jobs.delete(jobId);
        if (this.#jobs.size === 0) this.close();
      },
    };
  }

  /** Looks no more. Idempotent. */
  close(): void {
    this.#jobs.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #soon(): void {
    if (this.#isLooking) this.#isSoon = true;
    // One that is due sooner is not put off.
    else if (this.#timer === null || this.#interval > FIRST) {
      this.#interval = FIRST;
      this.#wait();
    }
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#jobs.size === 0 ? null : setTimeout(() => void this.#look(), this.#interval);
  }

  async #look(): Promise<void> {
    this.#timer = null;
    this.#isLooking = true;
    this.#isSoon = false;
    const asked = [...this.#jobs.keys()];
    try {
      const reports = await this.#reports(asked);
      for (const jobId of asked) await this.#tell(jobId, reports.get(jobId));
      if (this.#isSilent) this.#log.info({}, "Slurm's controller answers again");
      this.#isSilent = false;
    } catch (error) {
      if (!this.#isSilent)
        this.#log.warn(
          { reason: (error as Error).message },
          "Slurm's queue could not be read, and is read again",
        );
      this.#isSilent = true;
    }
    const running = [...this.#jobs.values()].every(({ state }) => isOnNode(state));
    if (this.#isSoon) this.#interval = FIRST;
    else this.#interval = Math.min(this.#interval * GROWTH, running ? LAST_RUNNING : LAST_WAITING);
    this.#isLooking = false;
    this.#wait();
  }

  /** @throws PlaceError */
  async #reports(jobIds: readonly string[]): Promise<Map<string, JobReport>> {
    const args = ['-h', '-t', 'all', '-o', REPORT_FORMAT, '-j', jobIds.join(',')];
    const printed = await this.#commands.run('squeue', args).catch((error: Error) => {
      // Of one job that it has forgotten; of several it says nothing.
      if (/invalid job id/i.test(error.message)) return '';
      throw error;
    });
    return new Map(parseReports(printed).map((report) => [report.jobId, report]));
  }

  async #tell(jobId: string, report: JobReport | undefined): Promise<void> {
    const job = this.#jobs.get(jobId);
    if (job === undefined) return;
    if (report !== undefined && !isOver(report.state)) {
      if (job.state !== report.state) this.#isSoon = true;
      job.state = report.state;
      for (const listener of [...job.listeners]) listener.reported(report);
      return;
    }
    const end = await this.#end(jobId);
    // It was put back into the queue since.
    if (end.state !== null && !isOver(end.state)) return;
    if (this.#jobs.get(jobId) === job) this.#jobs.delete(jobId);
    for (const listener of [...job.listeners]) listener.over(end);
  }

  /** @throws PlaceError */
  async #end(jobId: string): Promise<JobEnd> {
    const printed = await this.#commands
      .run('scontrol', ['show', 'job', '-o', jobId])
      .catch((error: Error) => {
        if (/invalid job id/i.test(error.message)) return null;
        throw error;
      });
    return printed === null ? forgottenJob(jobId) : parseJobEnd(jobId, printed);
  }
}
