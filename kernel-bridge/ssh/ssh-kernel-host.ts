import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { PlaceError } from '../places/place-error.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import type { HostedProcess, HostListener, KernelHost, KnownProcess } from '../remote/kernel-host.ts';
import { diskFull } from './disk-full.ts';
import { checkSockets } from './check-sockets.ts';
import { FarProcess } from './far-process.ts';
import { readState } from './far-state.ts';
import { type FarKernel, endScript, KEEPER_SCRIPT, removeScript, startScript } from './kernel-scripts.ts';
import { connectionThere, knownKernel, readKnownKernel } from './known-kernel.ts';
import type { SshLink } from './ssh-link.ts';
import { SshMachine } from './ssh-machine.ts';
import type { SshSettings } from './ssh-settings.ts';

export interface SshKernelHostOptions {
  readonly settings: SshSettings;
  /** Of the place, for its host keys. */
  readonly folder: string;
  readonly log: KernelLog;
  readonly configFiles?: readonly string[] | undefined;
}

/** Between attempts to reach a machine with kernels again, in milliseconds; doubled each time. */
const FIRST_RETRY = 500;
const LAST_RETRY = 30_000;

/** Kernels on a machine that is reached by ssh and has nothing of ours: their sockets come here through the connection. */
export class SshKernelHost implements KernelHost {
  readonly restarts = true;
  readonly owns = true;
  readonly #options: SshKernelHostOptions;
  readonly #machine: SshMachine;
  readonly #processes = new Map<string, FarProcess>();
  /** Those whose end is heard. */
  readonly #watched = new WeakSet<SshLink>();
  readonly #closing = new AbortController();

  constructor(options: SshKernelHostOptions) {
    this.#options = options;
    this.#machine = new SshMachine({
      settings: options.settings,
      folder: options.folder,
      configFiles: options.configFiles,
      keeper: KEEPER_SCRIPT,
      onLine: (line) => {
        if (line.startsWith('ended ')) this.#processes.get(line.slice('ended '.length))?.suspect();
      },
    });
  }

  async start(request: LaunchRequest, told: HostListener, signal: AbortSignal): Promise<HostedProcess> {
    const link = await this.#link();
    const kernel = newFarKernel(request.kernelId);
    const key = randomBytes(32).toString('hex');
    const there = connectionThere(request, kernel, key);
    const known = knownKernel(kernel, key);
    told.known(known);
    const process = await this.#process(kernel, there, known, told);
    try {
      const { output } = await Promise.race([link.run(startScript(kernel, request, there)), aborted(signal)]);
      const state = readState(output);
      if (state.kind !== 'alive') throw launchFailed(this.#machine.name, state);
      await process.reach(link);
      await checkSockets(process.connection, this.#machine.name);
      if (signal.aborted) throw new KernelError('KERNEL_LAUNCH_FAILED', 'the kernel is not wanted any more');
    } catch (error) {
      this.#processes.delete(kernel.name);
      await this.#endThere(kernel);
      throw error;
    }
    this.#processes.set(kernel.name, process);
    return process;
  }

  async find(
    request: LaunchRequest,
    known: KnownProcess,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<HostedProcess | null> {
    const { kernel, key } = readKnownKernel(known);
    const link = await this.#link();
    const process = await this.#process(kernel, connectionThere(request, kernel, key), known, told);
    const state = await process.reach(link);
    if (signal.aborted) await process.release();
    signal.throwIfAborted();
    // Of one that left an exit code there is something to tell.
    if (state.kind === 'gone') return state.exitCode === null ? null : process;
    if (state.kind === 'elsewhere') await link.close();
    if (state.kind !== 'alive') throw launchFailed(this.#machine.name, state);
    await process.continue();
    this.#processes.set(kernel.name, process);
    return process;
  }

  async forget(_request: LaunchRequest, known: KnownProcess): Promise<void> {
    await this.#endThere(readKnownKernel(known).kernel);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#machine.close();
  }

  async #process(
    kernel: FarKernel,
    there: ConnectionInfo,
    known: KnownProcess,
    told: HostListener,
  ): Promise<FarProcess> {
    return new FarProcess({
      kernel,
      known,
      there,
      here: await this.#machine.newSocketPath(),
      machine: this.#machine.name,
      told,
      link: () => this.#link(),
      onGone: () => this.#processes.delete(kernel.name),
    });
  }

  async #link(): Promise<SshLink> {
    const link = await this.#machine.link();
    if (!this.#watched.has(link)) {
      this.#watched.add(link);
      void link.closed.then((error) => this.#broke(error));
    }
    return link;
  }

  #broke(error: PlaceError): void {
    if (this.#closing.signal.aborted || this.#processes.size === 0) return;
    const silentFrom = new Date().toISOString();
    this.#options.log.warn(
      { machine: this.#machine.name, reason: error.message },
      'an ssh connection with kernels broke',
    );
    for (const process of this.#processes.values()) process.cut(error.message);
    void this.#reachAgain(silentFrom, [...this.#processes.values()]);
  }

  async #reachAgain(silentFrom: string, cut: readonly FarProcess[]): Promise<void> {
    const { signal } = this.#closing;
    for (let pause = FIRST_RETRY; !signal.aborted; pause = Math.min(pause * 2, LAST_RETRY)) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      const left = cut.filter((process) => this.#processes.get(process.name) === process);
      if (left.length === 0 || signal.aborted) return;
      try {
        const link = await this.#link();
        for (const process of left) await this.#mend(process, link, silentFrom);
        return;
      } catch (error) {
        const reason = (error as Error).message;
        this.#options.log.info(
          { machine: this.#machine.name, reason },
          'a machine with kernels is not reached yet',
        );
      }
    }
  }

  async #mend(process: FarProcess, link: SshLink, silentFrom: string): Promise<void> {
    const state = await process.reach(link, silentFrom);
    if (state.kind === 'elsewhere') {
      await link.close();
      throw answersElsewhere(this.#machine.name, state.machine);
    }
  }

  /** As far as it can be reached. */
  async #endThere(kernel: FarKernel): Promise<void> {
    try {
      const link = await this.#link();
      await link.run(endScript(kernel, 'KILL'));
      await link.run(removeScript(kernel));
    } catch (error) {
      const reason = (error as Error).message;
      this.#options.log.warn({ machine: this.#machine.name, reason }, 'a kernel may still run there');
    }
  }
}

function newFarKernel(kernelId: string): FarKernel {
  const random = randomBytes(8).toString('hex');
  // Nobody can have made a folder there before whose name nobody can guess.
  return { name: `${kernelId.replace(/[^A-Za-z0-9-]/g, '')}-${random}`, socketFolder: `/tmp/itl-${random}` };
}

function launchFailed(machine: string, state: ReturnType<typeof readState>): Error {
  switch (state.kind) {
    case 'failed':
      return (
        diskFull(machine, state.reason) ?? failed(`nothing could be started on ${machine}: ${state.reason}`)
      );
    case 'gone': {
      const full = diskFull(machine, state.tail);
      const code = state.exitCode === null ? '' : ` with exit code ${state.exitCode}`;
      return (
        full ??
        failed(`the kernel ended at once on ${machine}${code}${state.tail === '' ? '' : `: ${state.tail}`}`)
      );
    }
    case 'silent':
      return failed(
        `the kernel on ${machine} made no sockets within a minute${state.tail === '' ? '' : `: ${state.tail}`}`,
      );
    case 'elsewhere':
      return answersElsewhere(machine, state.machine);
    case 'alive':
      return failed(`the kernel on ${machine} is there, and was not expected`);
    case 'unclear':
      return failed(`${machine} does not say what became of the kernel: ${state.text}`);
  }
}

function failed(message: string): KernelError {
  return new KernelError('KERNEL_LAUNCH_FAILED', message);
}

function answersElsewhere(name: string, machine: string): PlaceError {
  return new PlaceError(
    'PLACE_UNREACHABLE',
    `${name} is several machines: the kernel is on ${machine}, and another one answers.`,
    `Name ${machine} itself as the host, so that its kernels are found again.`,
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(failed('the kernel is not wanted any more'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
