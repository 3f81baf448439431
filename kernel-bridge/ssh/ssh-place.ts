import { join } from 'node:path';
import { FarSupervisor } from '../far/far-supervisor.ts';
import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import { PlaceError } from '../places/place-error.ts';
import type { Place } from '../places/place.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import { farKernelspecs } from './far-kernelspecs.ts';
import { usableNode } from './far-program.ts';
import { removeStateScript } from './far-scripts.ts';
import { type FarNode, type FarSurvey, readSurvey, surveyScript } from './far-survey.ts';
import { acceptHostKey, offeredHostKey } from './host-keys.ts';
import { PlaceMemory } from './place-memory.ts';
import { checkSshPlace } from './check-ssh-place.ts';
import { sshTarget } from './ssh-hosts.ts';
import type { SshLink } from './ssh-link.ts';
import { SshMachine } from './ssh-machine.ts';
import type { SshMode, SshSettings } from './ssh-settings.ts';
import { SupervisedMachine } from './supervised-machine.ts';

export interface SshPlaceOptions {
  readonly id: string;
  readonly settings: SshSettings;
  /** The supervisor of this machine: it holds kernels where none of ours runs. */
  readonly here: KernelSupervisor;
  readonly log: KernelLog;
  /** Of the place alone; absolute. */
  readonly folder: string;
  /** Of In the Loop. */
  readonly version: string;
  /** The folder of the compiled kernel bridge; default: the one beside this folder. */
  readonly compiled?: string;
  /** Configurations of ssh; default: the person's and the system's. */
  readonly configFiles?: readonly string[];
}

const CAPABILITIES: Readonly<Record<SshMode, PlaceCapabilities>> = {
  supervised: { resume: true, limits: true, restart: true, pause: true },
  direct: { resume: false, limits: false, restart: true, pause: true },
};

/** Kernels on a machine that the system's ssh reaches. */
export class SshPlace implements Place {
  readonly #options: SshPlaceOptions;
  readonly #machine: SshMachine;
  readonly #memory: PlaceMemory;
  readonly #far: FarSupervisor;
  #survey: FarSurvey | null = null;
  #onChange: () => void = () => undefined;

  /** @throws the file system's errors */
  constructor(options: SshPlaceOptions) {
    const { settings, folder, log, configFiles, compiled = join(import.meta.dirname, '..') } = options;
    this.#options = options;
    this.#machine = new SshMachine({ settings, folder, configFiles });
    this.#memory = new PlaceMemory(folder);
    const supervised = new SupervisedMachine({
      name: this.#machine.name,
      id: this.#memory.id,
      version: options.version,
      compiled,
      log,
      link: () => this.#link(),
      node: () => this.#node(),
      machine: () => (this.#far.count > 0 ? this.#memory.machine : null),
    });
    this.#far = new FarSupervisor({
      title: this.#machine.name,
      folder: join(folder, 'kernels'),
      log,
      connect: supervised.connect,
      onReach: () => this.#onChange(),
    });
  }

  get capabilities(): PlaceCapabilities {
    return CAPABILITIES[this.#mode ?? 'direct'];
  }

  get outage(): string | null {
    const { reachState } = this.#far;
    return reachState.state === 'away' ? reachState.reason : null;
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return this.#far.usage();
  }

  get found(): readonly FoundKernel[] {
    return this.#far.found;
  }

  async kernelspecs(): Promise<readonly Kernelspec[]> {
    return this.#kernelspecsOf(await this.#ask());
  }

  async check(step: (text: string) => void): Promise<void> {
    const survey = await checkSshPlace(this.#machine, step, {
      link: (onProgress) => this.#link(onProgress),
      ask: () => this.#ask(),
      kernelspecs: (found) => this.#kernelspecsOf(found),
    });
    step(await this.#checkMode(survey, step));
  }

  resourceForm(): Promise<null> {
    return Promise.resolve(null);
  }

  async launch(
    request: LaunchRequest,
    _resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    const survey = this.#survey ?? (await this.#ask());
    const mode = await this.#decideMode(survey);
    const { settings, folder, here, configFiles } = this.#options;
    const there: LaunchRequest = {
      ...request,
      workingDirectory: belowHome(settings.workingDirectory ?? '~', survey.home),
      pythonPrefix: survey.python?.prefix ?? '/usr',
      // One that was named has to be there; the home folder is where it is missing in no case.
      ...(settings.workingDirectory === undefined && { inherits: true }),
    };
    if (mode === 'direct')
      return here.launch({ ...there, target: sshTarget(settings, folder, configFiles) }, listener);
    await this.#far.reach();
    const { prefix } = request.kernelspec;
    const path = prefix === null ? {} : { PATH: `${prefix}/bin:${survey.path}` };
    return this.#far.launch(
      {
        ...there,
        environment: { ...path, ...request.environment },
        runtimeDirectory: `${survey.home}/.local/share/jupyter/runtime`,
        inherits: true,
      },
      listener,
    );
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    return this.#far.adopt(kernelId, after, listener);
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  reconnect(): void {
    // Whether that went well is told by its state, which whoever asks looks at.
    if (this.#far.count > 0) this.#far.reach().catch(() => undefined);
    else this.#machine.link().catch(() => undefined);
  }

  async acceptHostKey(fingerprint: string): Promise<void> {
    let host: string | undefined;
    try {
      await this.#machine.link();
      return;
    } catch (error) {
      if (error instanceof PlaceError && error.code === 'PLACE_HOST_KEY_UNKNOWN')
        host = error.details['host'];
      if (host === undefined) throw error;
    }
    await acceptHostKey(this.#machine, host, fingerprint);
  }

  async close(): Promise<void> {
    await this.#far.close();
    await this.#machine.close();
  }

  async end(): Promise<void> {
    // Kernels that are only there the supervisor of this machine ends, which holds them.
    if (this.#far.count > 0) await this.#far.reach().catch(() => undefined);
    const wasReached = this.#far.isReached;
    await this.#far.end();
    if (wasReached && this.#far.count === 0) await this.#removeState();
    await this.#machine.close();
  }

  get #mode(): SshMode | null {
    const { mode } = this.#options.settings;
    if (mode !== 'auto') return mode;
    return this.#far.count > 0 ? 'supervised' : this.#memory.mode;
  }

  /** @throws PlaceError */
  async #decideMode(survey: FarSurvey): Promise<SshMode> {
    const mode = this.#mode ?? (await this.#tryMode(survey)).mode;
    if (this.#far.count === 0) this.#memory.remember(mode, survey.machine);
    return mode;
  }

  /** A supervisor is better wherever one can run. */
  async #tryMode(survey: FarSurvey): Promise<{ readonly mode: SshMode; readonly why: string }> {
    if (usableNode(survey.nodes) === null) return { mode: 'direct', why: 'Node 20.15 or newer is not there' };
    try {
      await this.#far.reach();
      return { mode: 'supervised', why: '' };
    } catch (error) {
      if (error instanceof PlaceError && error.code !== 'PLACE_UNFIT') throw error;
      const why = (error as Error).message;
      this.#options.log.info({ machine: this.#machine.name, reason: why }, 'no supervisor runs there');
      return { mode: 'direct', why };
    }
  }

  async #checkMode(survey: FarSurvey, step: (text: string) => void): Promise<string> {
    const { mode: wanted } = this.#options.settings;
    if (wanted !== 'direct') {
      const node = usableNode(survey.nodes);
      if (node !== null)
        step(`Finds Node ${node.version.slice(1)}, and starts a supervisor of its own there`);
      else if (wanted === 'supervised') await this.#node();
    }
    let why = 'as its settings have it';
    let mode: SshMode = 'direct';
    if (wanted === 'supervised') await this.#far.reach().then(() => (mode = 'supervised'));
    else if (wanted === 'auto') ({ mode, why } = await this.#tryMode(survey));
    if (this.#far.count === 0) this.#memory.remember(mode, survey.machine);
    return mode === 'supervised'
      ? 'A supervisor holds kernels there: nothing is lost when the connection breaks'
      : `Only kernels run there (${why}): what they say while the connection is broken is lost, and told`;
  }

  async #removeState(): Promise<void> {
    try {
      const link = await this.#machine.link();
      await link.run(removeStateScript(this.#memory.id));
    } catch (error) {
      const reason = (error as Error).message;
      this.#options.log.info({ machine: this.#machine.name, reason }, 'an empty folder remains there');
    }
  }

  #kernelspecsOf(survey: FarSurvey): readonly Kernelspec[] {
    return farKernelspecs(survey, this.#options.settings.python !== undefined);
  }

  async #node(): Promise<FarNode> {
    const node = usableNode((this.#survey ?? (await this.#ask())).nodes);
    if (node !== null) return node;
    throw new PlaceError(
      'PLACE_UNFIT',
      `There is no Node 20.15 or newer on ${this.#machine.name}.`,
      'Install Node there, or choose the mode in which only the kernel runs there (direct).',
    );
  }

  async #ask(): Promise<FarSurvey> {
    const link = await this.#link();
    const { output } = await link.run(surveyScript(this.#options.settings));
    this.#survey = readSurvey(output, Date.now());
    return this.#survey;
  }

  /** Of a machine that was never met it also says which key it offers. */
  async #link(onProgress?: (line: string) => void): Promise<SshLink> {
    try {
      return await this.#machine.link(onProgress);
    } catch (error) {
      if (!(error instanceof PlaceError) || error.code !== 'PLACE_HOST_KEY_UNKNOWN') throw error;
      const { host } = error.details;
      const offered = host === undefined ? null : await offeredHostKey(this.#machine, host);
      if (offered === null) throw error;
      const { fingerprint, keyType, key } = offered;
      throw new PlaceError(
        error.code,
        `${error.message} It offers a key of type ${keyType} with the fingerprint ${fingerprint}.`,
        error.remedy,
        { host: offered.host, fingerprint, keyType, key },
        { cause: error },
      );
    }
  }
}

function belowHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path;
}
