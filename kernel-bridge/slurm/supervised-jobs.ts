import { join } from 'node:path';
import { dialAddress } from '../far/dial-address.ts';
import type { DialIn, DialInDesk } from '../far/dial-in.ts';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { type KernelUsage, usageOfAll } from '../places/kernel-usage.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import { HELD, JobFolder } from './job-folder.ts';
import { JobKernel, type SupervisedJob } from './job-kernel.ts';
import { jobComment, jobName } from './job-name.ts';
import { type JobRecord, JobRecords } from './job-records.ts';
import { optionLines } from './job-resources.ts';
import { KEY_FILE, supervisedScript } from './job-script.ts';
import { JobWatch } from './job-watch.ts';
import type { SlurmCommands } from './slurm-commands.ts';
import type { JobResources, SlurmSettings } from './slurm-settings.ts';
import { submitArguments, submitJob } from './submit-job.ts';

export interface SupervisedJobsOptions {
  readonly settings: SlurmSettings;
  readonly commands: SlurmCommands;
  readonly log: KernelLog;
  readonly desk: DialInDesk;
  /** See `jobComment`. */
  readonly owner: () => string;
  /** Holds a folder for each job; the nodes see it. */
  readonly folder: string;
  /** For what this server knows of its jobs. */
  readonly records: string;
  /** The program of an agent, as the nodes run it, without its options. */
  readonly agent: readonly string[];
}

/** Kernels in jobs that have a supervisor of ours, which dials in. */
export class SupervisedJobs {
  readonly #options: SupervisedJobsOptions;
  readonly #watch: JobWatch;
  readonly #records: JobRecords;
  readonly #kernels = new Map<string, JobKernel>();

  constructor(options: SupervisedJobsOptions) {
    this.#options = options;
    this.#watch = new JobWatch(options.commands, options.log);
    this.#records = new JobRecords(options.records, options.log);
  }

  get found(): readonly FoundKernel[] {
    return this.#records.all
      .filter(({ request }) => !this.#kernels.has(request.kernelId))
      .map(({ request }) => ({ request, pid: null, isOver: false, isAway: true }));
  }

  /** @throws PlaceError; KernelError KERNEL_LAUNCH_FAILED */
  async launch(
    request: LaunchRequest,
    resources: JobResources,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    const { kernelId } = request;
    const dialIn = this.#options.desk.expect(kernelId);
    const folder = new JobFolder(join(this.#options.folder, kernelId));
    try {
      const jobId = await this.#submit(request, resources, dialIn, folder);
      const record = { request, jobId, folder: folder.path };
      this.#records.write(record);
      return this.#hold(record, dialIn, 0, listener);
    } catch (error) {
      dialIn.close();
      await folder.remove();
      throw error;
    }
  }

  /** Of those in `found`. */
  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    const record = this.#records.get(kernelId);
    if (record === undefined || this.#kernels.has(kernelId))
      throw new TypeError(`kernel ${kernelId} was not found`);
    return this.#hold(record, this.#options.desk.expect(kernelId), after, listener);
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return usageOfAll(this.#kernels.values());
  }

  /** Lets go of its kernels, which live on. */
  async close(): Promise<void> {
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.release()));
    this.#watch.close();
  }

  /** Ends its kernels, and their jobs. */
  async end(): Promise<void> {
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.shutdown()));
    await Promise.all(this.#records.all.map((record) => this.#remove(record)));
  }

  async #submit(
    { kernelId }: LaunchRequest,
    resources: JobResources,
    dialIn: DialIn,
    folder: JobFolder,
  ): Promise<string> {
    const { settings, owner, agent, commands } = this.#options;
    try {
      await folder.make();
      await folder.write(KEY_FILE, dialIn.key);
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new KernelError('KERNEL_LAUNCH_FAILED', `the folder of jobs cannot be written to: ${reason}`, {
        cause,
      });
    }
    const lines = optionLines([...settings.options, ...(resources.options ?? '').split('\n')]);
    const plan = { folder: folder.path, optionLines: lines, setUp: settings.setUp };
    const script = supervisedScript(plan, agent, this.#address(dialIn));
    const args = submitArguments(jobName(kernelId), jobComment(owner(), kernelId), folder, resources);
    const jobId = await submitJob(commands, script, args);
    // Not an orphan from here on: whoever looks for those passes it over.
    await folder.write(HELD, jobId);
    return jobId;
  }

  #hold(record: JobRecord, dialIn: DialIn, after: number, listener: SupervisedKernelListener): JobKernel {
    const { request, jobId } = record;
    const folder = new JobFolder(record.folder);
    const job: SupervisedJob = {
      jobId,
      follow: (jobListener) => this.#watch.follow(jobId, jobListener),
      output: () => folder.outputTail().catch(() => ''),
      remove: () => this.#remove(record),
    };
    const kernel = new JobKernel({
      ...{ request, listener, after, dialIn, job, log: this.#options.log },
      folder: this.#records.folderOf(request.kernelId),
      address: () => this.#address(dialIn),
    });
    this.#kernels.set(request.kernelId, kernel);
    return kernel;
  }

  #address(dialIn: DialIn): string {
    return dialAddress(dialIn.url, this.#options.settings.serverUrl ?? null);
  }

  /** Takes a job from the cluster, and its files. Never rejects. */
  async #remove({ request, jobId, folder }: JobRecord): Promise<void> {
    const { commands, log } = this.#options;
    this.#kernels.delete(request.kernelId);
    try {
      await commands.run('scancel', [jobId]).catch((error: Error) => {
        if (!/invalid job id|already completing|already completed/i.test(error.message)) throw error;
      });
      this.#records.remove(request.kernelId);
      await new JobFolder(folder).remove();
    } catch (error) {
      log.warn({ jobId, reason: (error as Error).message }, 'a job could not be cleared away');
    }
  }
}
