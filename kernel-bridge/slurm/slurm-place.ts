import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DialInDesk } from '../far/dial-in.ts';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import type { Kernelspec, KernelspecFinder } from '../kernelspecs/kernelspec.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import { PlaceError } from '../places/place-error.ts';
import type { Place, ResourceForm } from '../places/place.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import { readAccounts, readPartitions } from './cluster.ts';
import { supportsCurve } from './job-connection.ts';
import { HELD } from './job-folder.ts';
import { checkResources, chosenResources, optionLines } from './job-resources.ts';
import { cancelOrphans } from './orphans.ts';
import { resourceForm } from './resource-form.ts';
import { SlurmCommands } from './slurm-commands.ts';
import type { JobResources, SlurmSettings } from './slurm-settings.ts';
import { slurmTarget } from './slurm-target.ts';
import { SupervisedJobs } from './supervised-jobs.ts';

export interface SlurmPlaceOptions {
  readonly id: string;
  readonly settings: SlurmSettings;
  /** Holds the kernels of direct jobs. */
  readonly here: KernelSupervisor;
  /** This machine's. */
  readonly kernelspecs: KernelspecFinder;
  readonly log: KernelLog;
  /** Its alone; there already. */
  readonly folder: string;
  readonly desk: DialInDesk;
  /** The program of an agent, as the nodes run it, without its options. */
  readonly agent: readonly string[];
}

const DIRECT: PlaceCapabilities = { resume: false, limits: false, restart: true, pause: false };
const SUPERVISED: PlaceCapabilities = { resume: true, limits: true, restart: true, pause: true };
/** A dial-in that is expected of nobody: only its address is looked at. */
const CHECK = 'check';
/** Slurm's programs that nothing works without. */
const PROGRAMS = ['sinfo', 'squeue', 'sbatch', 'scontrol', 'scancel'];

/** A Slurm cluster whose login node this machine is: each kernel is a job. */
export class SlurmPlace implements Place {
  readonly #options: SlurmPlaceOptions;
  readonly #commands: SlurmCommands;
  readonly #kernelspecs: KernelspecFinder;
  #ownerId: string | null = null;
  readonly #jobsFolder: string;
  readonly #supervised: SupervisedJobs;
  /** Of kernels that were started or adopted here. */
  readonly #ours = new Set<string>();
  #closing: Promise<void> | null = null;
  #areOrphansLookedFor = false;

  constructor(options: SlurmPlaceOptions) {
    const { settings, folder, desk, log, agent } = options;
    this.#options = options;
    this.#commands = new SlurmCommands(settings.configuration);
    this.#kernelspecs = kernelspecsOf(options);
    this.#jobsFolder = settings.sharedFolder ?? join(folder, 'jobs');
    this.#supervised = new SupervisedJobs({
      ...{ settings, commands: this.#commands, log, desk, agent, owner: () => this.#owner },
      records: join(folder, 'supervised'),
      folder: this.#jobsFolder,
    });
  }

  get capabilities(): PlaceCapabilities {
    return this.#isSupervised ? SUPERVISED : DIRECT;
  }

  get #isSupervised(): boolean {
    const { mode, serverUrl } = this.#options.settings;
    if (mode !== 'auto') return mode === 'supervised';
    return serverUrl !== undefined || !isOnLoopback(this.#options.desk);
  }

  /** In the comments of our jobs: whoever shares the folder of jobs. */
  get #owner(): string {
    this.#ownerId ??= ownerOf(this.#jobsFolder);
    return this.#ownerId;
  }

  async kernelspecs(): Promise<readonly Kernelspec[]> {
    // Whether there is a cluster to run them.
    await readPartitions(this.#commands);
    this.#lookForOrphans();
    const { allowUnencrypted } = this.#options.settings;
    const all = await this.#kernelspecs.list();
    return this.#isSupervised || allowUnencrypted ? all : all.filter(supportsCurve);
  }

  async check(step: (text: string) => void): Promise<void> {
    const { settings } = this.#options;
    step("Looks for Slurm's commands on this machine");
    for (const program of PROGRAMS) await this.#commands.run(program, ['--version']);
    step("Asks the cluster's controller for its partitions");
    const partitions = await readPartitions(this.#commands);
    if (partitions.length === 0)
      throw new PlaceError(
        'PLACE_UNFIT',
        'The cluster has no partition that you may use.',
        'Ask its administrators for an account.',
      );
    step('Checks what kernels are started with unless something else is asked for');
    checkResources(settings.defaults, partitions);
    step('Asks Slurm whether it would take such a job');
    await this.#tryJob(settings.defaults);
    step(`Writes to the folder that the nodes see: ${this.#jobsFolder}`);
    this.#makeJobsFolder();
    step('Looks for kernels that can be started');
    const kernelspecs = await this.kernelspecs();
    if (kernelspecs.length === 0)
      throw new PlaceError(
        'PLACE_UNFIT',
        'There is no kernel that could be started: none is installed, or none can encrypt what it says.',
        'Install ipykernel 7 or later, or name the Python that has it; or run supervisors in jobs (mode "supervised").',
      );
  }

  async resourceForm(): Promise<ResourceForm | null> {
    const [partitions, accounts] = await Promise.all([
      readPartitions(this.#commands),
      readAccounts(this.#commands),
    ]);
    return resourceForm(partitions, accounts, this.#options.settings.defaults);
  }

  async launch(
    request: LaunchRequest,
    resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    const { settings, here } = this.#options;
    const chosen = chosenResources(settings.defaults, resources);
    checkResources(chosen, await readPartitions(this.#commands));
    optionLines(settings.options);
    this.#makeJobsFolder();
    this.#ours.add(request.kernelId);
    const there = { ...request, ...this.#madeFor(), inherits: true };
    if (this.#isSupervised) return this.#supervised.launch(there, chosen, listener);
    const target = slurmTarget({
      owner: this.#owner,
      folder: this.#jobsFolder,
      resources: chosen,
      settings,
    });
    return here.launch({ ...there, target }, listener);
  }

  get found(): readonly FoundKernel[] {
    return this.#supervised.found;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    this.#ours.add(kernelId);
    return this.#supervised.adopt(kernelId, after, listener);
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return this.#supervised.usage();
  }

  close(): Promise<void> {
    this.#closing ??= this.#supervised.close();
    return this.#closing;
  }

  async end(): Promise<void> {
    await this.#supervised.end();
    await this.close();
  }

  /** What the settings say of where and by which Python it runs. */
  #madeFor(): Partial<LaunchRequest> {
    const { workingDirectory, python } = this.#options.settings;
    return {
      ...(workingDirectory !== undefined && { workingDirectory }),
      ...(python !== undefined && { pythonPrefix: dirname(dirname(python)) }),
    };
  }

  #makeJobsFolder(): void {
    try {
      mkdirSync(this.#jobsFolder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new PlaceError(
        'PLACE_UNFIT',
        `The folder for jobs cannot be made: ${(cause as Error).message}`,
        'Name another `sharedFolder`, which this machine and the nodes see.',
        {},
        { cause },
      );
    }
  }

  /** Slurm says who may not, and to which node it would go; nothing is started. */
  async #tryJob({ partition, time, cpus, memory, gpus, account, qos }: JobResources): Promise<void> {
    const options = { partition, time, 'cpus-per-task': cpus, mem: memory, account, qos };
    const given = Object.entries({ ...options, gres: gpus === undefined ? undefined : `gpu:${gpus}` })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `--${name}=${value}`);
    const script = ['#!/bin/bash', ...optionLines(this.#options.settings.options), 'true', ''].join('\n');
    await this.#commands.run('sbatch', ['--test-only', ...given], { input: script });
  }

  /** Jobs of ours that no record knows, as after a crash in the moment of their start: once, and without anybody waiting. */
  #lookForOrphans(): void {
    if (this.#areOrphansLookedFor) return;
    // No job was ever sent from here.
    if (!existsSync(this.#jobsFolder)) return;
    this.#areOrphansLookedFor = true;
    const { log } = this.#options;
    const isKnown = (kernelId: string): boolean =>
      this.#ours.has(kernelId) || existsSync(join(this.#jobsFolder, kernelId, HELD));
    cancelOrphans(this.#commands, this.#owner, isKnown, log).catch((error: unknown) =>
      log.warn({ reason: (error as Error).message }, 'jobs that nobody knows could not be looked for'),
    );
  }
}

function kernelspecsOf({ settings: { python }, kernelspecs, log }: SlurmPlaceOptions): KernelspecFinder {
  if (python === undefined) return kernelspecs;
  const prefix = dirname(dirname(python));
  return new DiskKernelspecs({
    dataDirectories: [join(prefix, 'share', 'jupyter')],
    pythonPrefix: prefix,
    ipythonKernels: join(prefix, 'no', 'others'),
    warn: (fields, message) => log.warn(fields, message),
  });
}

/** The same for as long as the folder of its jobs is there. */
function ownerOf(folder: string): string {
  const file = join(folder, 'owner');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The first time.
    const owner = randomUUID();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, owner, { mode: 0o600 });
    return owner;
  }
}

/** Then other machines do not reach it. */
function isOnLoopback(desk: DialInDesk): boolean {
  const dialIn = desk.expect(CHECK);
  const { hostname } = new URL(dialIn.url);
  dialIn.close();
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
