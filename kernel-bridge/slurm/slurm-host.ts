import { accessSync, constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { Fields } from '../hosted/codec/fields.ts';
import type { HostedProcess, HostListener, KernelHost, KnownProcess } from '../remote/kernel-host.ts';
import { type AwaitedRun, awaitRun } from './await-run.ts';
import { explainEnd } from './end-words.ts';
import { HostedJob } from './hosted-job.ts';
import { connectionSecrets, parseConnection } from './job-connection.ts';
import { HELD, isLater, JobFolder, type JobRun, runName } from './job-folder.ts';
import { jobComment, jobName } from './job-name.ts';
import { isOver, parseJobEnd } from './job-report.ts';
import { optionLines } from './job-resources.ts';
import { directScript, DIRECT_FILES } from './job-script.ts';
import { JobWatch } from './job-watch.ts';
import { kernelScript } from './kernel-script.ts';
import { SlurmCommands } from './slurm-commands.ts';
import { readSlurmTarget, type SlurmTarget } from './slurm-target.ts';
import { submitArguments, submitJob } from './submit-job.ts';

/** Seconds for which a job whose kernel has ended waits for another to be asked for. */
const PATIENCE = 20;
/** Names the job of a kernel, in its folder. */
const JOB = 'job';
/** Names the last run that was taken for a process of the kernel. */
const TAKEN = 'taken';

interface KeptJob {
  readonly jobId: string;
  readonly isRunning: boolean;
  readonly requeued: number;
}

interface Cluster {
  readonly commands: SlurmCommands;
  readonly watch: JobWatch;
}

/** Runs kernels as jobs of their own, and speaks to them over the cluster's network. */
export class SlurmHost implements KernelHost {
  readonly restarts = true;
  readonly owns = true;
  readonly #log: KernelLog;
  /** By slurm.conf. */
  readonly #clusters = new Map<string, Cluster>();

  constructor({ log }: { readonly log: KernelLog }) {
    this.#log = log;
  }

  async start(request: LaunchRequest, told: HostListener, signal: AbortSignal): Promise<HostedProcess> {
    const target = readSlurmTarget(request.target);
    const cluster = this.#cluster(target);
    const folder = new JobFolder(join(target.folder, request.kernelId));
    await this.#prepare(request, target, folder);
    const kept = await this.#keptJob(cluster, folder);
    let jobId = kept?.jobId ?? (await this.#submit(request, target, cluster, folder));
    try {
      if (kept !== null) await this.#askAgain(cluster, folder, kept);
      let awaited = await this.#await(cluster, folder, jobId, told, signal);
      if (awaited.kind === 'over' && kept !== null) {
        // Its patience was just over.
        jobId = await this.#submit(request, target, cluster, folder);
        awaited = await this.#await(cluster, folder, jobId, told, signal);
      }
      if (awaited.kind === 'begun') {
        const process = await this.#hosted(cluster, folder, jobId, awaited.run, told);
        if (process !== null) return process;
        throw new KernelError('KERNEL_LAUNCH_FAILED', 'its job has not said how the kernel is reached');
      }
      const printed = (await folder.outputTail()).trim();
      throw new KernelError(
        'KERNEL_LAUNCH_FAILED',
        `${explainEnd(awaited.end)}${printed === '' ? '' : ` It printed: ${printed.slice(-500)}`}`,
      );
    } catch (error) {
      await this.#end(cluster, folder, jobId);
      throw error;
    }
  }

  async find(
    request: LaunchRequest,
    known: KnownProcess,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<HostedProcess | null> {
    const target = readSlurmTarget(request.target);
    const cluster = this.#cluster(target);
    const fields = new Fields(known, 'what is known of a job');
    const folder = new JobFolder(fields.text('folder'));
    const jobId = fields.text('jobId');
    const run = fields.isNull('run') ? null : parseRun(fields.text('run'));
    if (run !== null) return this.#hosted(cluster, folder, jobId, run, told);
    const awaited = await this.#await(cluster, folder, jobId, told, signal);
    return awaited.kind === 'over' ? null : this.#hosted(cluster, folder, jobId, awaited.run, told);
  }

  async forget(request: LaunchRequest, known: KnownProcess): Promise<void> {
    const cluster = this.#cluster(readSlurmTarget(request.target));
    const fields = new Fields(known, 'what is known of a job');
    await this.#end(cluster, new JobFolder(fields.text('folder')), fields.text('jobId'));
  }

  async over(request: LaunchRequest): Promise<void> {
    const target = readSlurmTarget(request.target);
    const folder = new JobFolder(join(target.folder, request.kernelId));
    const jobId = await folder.read(JOB);
    if (jobId !== null) await this.#end(this.#cluster(target), folder, jobId);
  }

  close(): Promise<void> {
    for (const { watch } of this.#clusters.values()) watch.close();
    return Promise.resolve();
  }

  #cluster({ settings: { configuration } }: SlurmTarget): Cluster {
    const key = configuration ?? '';
    const known = this.#clusters.get(key);
    if (known !== undefined) return known;
    const commands = new SlurmCommands(configuration);
    const cluster = { commands, watch: new JobWatch(commands, this.#log) };
    this.#clusters.set(key, cluster);
    return cluster;
  }

  /** @throws KernelError KERNEL_LAUNCH_FAILED */
  async #prepare(request: LaunchRequest, { settings }: SlurmTarget, folder: JobFolder): Promise<void> {
    const { workingDirectory, kernelspec, sessionPath } = request;
    const there = await stat(workingDirectory).catch(() => null);
    if (!there?.isDirectory())
      throw new KernelError('KERNEL_LAUNCH_FAILED', `${workingDirectory} is not a folder`);
    const secrets = connectionSecrets(kernelspec, sessionPath, settings.allowUnencrypted);
    const script = kernelScript(request, { homeDirectory: homedir(), isExecutable });
    try {
      await folder.make();
      await folder.write(DIRECT_FILES.secrets, secrets);
      await folder.write(DIRECT_FILES.kernel, script);
    } catch (cause) {
      throw new KernelError(
        'KERNEL_LAUNCH_FAILED',
        `the folder that is shared with the cluster cannot be written to: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /** @throws PlaceError */
  async #submit(
    request: LaunchRequest,
    { settings, resources, owner }: SlurmTarget,
    { commands }: Cluster,
    folder: JobFolder,
  ): Promise<string> {
    await folder.clearRuns();
    const lines = optionLines([...settings.options, ...(resources.options ?? '').split('\n')]);
    const plan = { folder: folder.path, optionLines: lines, setUp: settings.setUp };
    const script = directScript(plan, settings.networkInterface, PATIENCE);
    const { kernelId } = request;
    const args = submitArguments(jobName(kernelId), jobComment(owner, kernelId), folder, resources);
    try {
      const jobId = await submitJob(commands, script, args);
      await folder.write(JOB, jobId);
      return jobId;
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** The job of this kernel that still waits or runs; null for none. */
  async #keptJob({ commands }: Cluster, folder: JobFolder): Promise<KeptJob | null> {
    const jobId = await folder.read(JOB);
    if (jobId === null) return null;
    const printed = await commands.run('scontrol', ['show', 'job', '-o', jobId]).catch((error: Error) => {
      if (/invalid job id/i.test(error.message)) return null;
      throw error;
    });
    if (printed === null) return null;
    const { state, requeued } = parseJobEnd(jobId, printed);
    if (state === null || isOver(state) || state === 'COMPLETING') return null;
    return { jobId, isRunning: state === 'RUNNING', requeued };
  }

  /**
   * Asks a job whose kernel has ended for another; one that was put back into the queue starts one by itself. A kernel that
   * lives is that of a holder that did not get to know it.
   */
  async #askAgain(
    { commands }: Cluster,
    folder: JobFolder,
    { jobId, isRunning, requeued }: KeptJob,
  ): Promise<void> {
    const [last, taken] = await Promise.all([folder.latestRun(), this.#taken(folder)]);
    const isOpen = last === null || !isRunning || last.requeued < requeued;
    if (isOpen || taken === null || isLater(last, taken)) return;
    if ((await folder.ended(last)) === null) await commands.run('scancel', ['-b', '-s', 'USR2', jobId]);
    await folder.askAgain({ ...last, number: last.number + 1 });
  }

  /** The last run that became a process of a kernel; null for none. */
  async #taken(folder: JobFolder): Promise<JobRun | null> {
    return parseRun((await folder.read(TAKEN)) ?? '');
  }

  async #await(
    { watch }: Cluster,
    folder: JobFolder,
    jobId: string,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<AwaitedRun> {
    told.known({ jobId, run: null, folder: folder.path });
    await folder.write(HELD, jobId);
    const after = await this.#taken(folder);
    return awaitRun({ watch, folder, jobId, after, waiting: (text) => told.waiting(text), signal });
  }

  async #hosted(
    { commands, watch }: Cluster,
    folder: JobFolder,
    jobId: string,
    run: JobRun,
    told: HostListener,
  ): Promise<HostedProcess | null> {
    const text = await folder.read(`connection-${run.requeued}-${run.number}.json`);
    if (text === null) return null;
    const connection = parseConnection(text);
    await folder.write(TAKEN, runName(run));
    return new HostedJob({
      ...{ jobId, run, connection, folder, commands, watch },
      warned: (warning) => told.warned(warning),
    });
  }

  /** Takes the job from the cluster, and its files from the file system. */
  async #end({ commands }: Cluster, folder: JobFolder, jobId: string): Promise<void> {
    await commands.run('scancel', [jobId]).catch((error: Error) => {
      if (!/invalid job id|already completing|already completed/i.test(error.message))
        this.#log.warn({ jobId, reason: error.message }, 'a job could not be cancelled');
    });
    await folder.remove();
  }
}

function parseRun(text: string): JobRun | null {
  const match = /^(\d+)-(\d+)$/.exec(text);
  return match === null ? null : { requeued: Number(match[1]), number: Number(match[2]) };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
