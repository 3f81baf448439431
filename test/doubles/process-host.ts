import { randomBytes } from 'node:crypto';
import { accessSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelError, type LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { launchCommand } from '../../kernel-bridge/kernelspecs/launch-command.ts';
import { AdoptedProcess } from '../../kernel-bridge/local/adopted-process.ts';
import { KernelOutput } from '../../kernel-bridge/local/kernel-output.ts';
import type { KernelProcess } from '../../kernel-bridge/local/kernel-process.ts';
import { LaunchedProcess } from '../../kernel-bridge/local/launched-process.ts';
import { OutOfMemoryKills } from '../../kernel-bridge/local/out-of-memory-kills.ts';
import { lookAtProcess } from '../../kernel-bridge/local/process-identity.ts';
import {
  type ConnectionInfo,
  ipcPathsOf,
  PORT_NAMES,
  type PortName,
  writeConnectionFile,
} from '../../kernel-bridge/protocol/connection-info.ts';
import type {
  HostedProcess,
  HostListener,
  KernelHost,
  KnownProcess,
} from '../../kernel-bridge/remote/kernel-host.ts';
import { CuttablePorts } from './cuttable-ports.ts';

const silentLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Kernels as processes of this machine behind ways that can be cut: all that a host far away does, and no machine far away. */
export class ProcessHost implements KernelHost {
  readonly restarts = true;
  readonly owns = true;
  /** A queue, in which those that are started wait until it opens. */
  queue: Promise<unknown> | null = null;
  /** While set, nothing can be found. */
  unreachable: Error | null = null;
  /** What its place would end on purpose. */
  isFinal = false;
  readonly #folder: string;
  readonly #ways = new Set<CuttablePorts>();

  /** @param folder for connection files and what processes print */
  constructor(folder: string) {
    this.#folder = folder;
  }

  cut(): void {
    for (const way of this.#ways) way.cut();
  }

  mend(): void {
    for (const way of this.#ways) way.mend();
  }

  async start(request: LaunchRequest, told: HostListener, signal: AbortSignal): Promise<HostedProcess> {
    await this.#wait(told, signal);
    const folder = await stat(request.workingDirectory).catch(() => null);
    if (!folder?.isDirectory()) throw new KernelError('KERNEL_LAUNCH_FAILED', 'there is no such folder');
    await mkdir(this.#folder, { recursive: true });
    const connection: ConnectionInfo = {
      ...(named([1, 2, 3, 4, 5]) as Record<PortName, number>),
      ip: join(this.#folder, randomBytes(4).toString('hex')),
      transport: 'ipc',
      key: randomBytes(16).toString('hex'),
      signature_scheme: 'hmac-sha256',
      kernel_name: request.kernelspec.name,
      jupyter_session: request.sessionPath ?? '',
    };
    const file = await writeConnectionFile(join(this.#folder, `${request.kernelId}.json`), connection);
    const command = launchCommand(request.kernelspec, {
      ...request,
      connectionFile: file,
      homeDirectory: this.#folder,
      isExecutable: (path) => {
        try {
          accessSync(path);
          return true;
        } catch {
          return false;
        }
      },
    });
    const sources = this.#sources(request);
    const launched = await LaunchedProcess.launch(command, request.workingDirectory, sources, (started) =>
      told.known(knownOf(started, connection)),
    );
    return this.#hosted(launched, connection);
  }

  async find(
    request: LaunchRequest,
    known: KnownProcess,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<HostedProcess | null> {
    if (this.unreachable !== null) throw this.unreachable;
    if (known['isQueued'] === true) return this.start(request, told, signal);
    const { connection, ...process } = known as unknown as Known;
    if (lookAtProcess(process.pid)?.identity !== process.identity) return null;
    return this.#hosted(new AdoptedProcess(process, this.#sources(request)), connection);
  }

  forget(_request: LaunchRequest, known: KnownProcess): Promise<void> {
    process.kill(-(known as unknown as Known).pid, 'SIGKILL');
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const way of this.#ways) way.close();
    return Promise.resolve();
  }

  async #wait(told: HostListener, signal: AbortSignal): Promise<void> {
    if (this.queue === null) return;
    told.known({ isQueued: true });
    told.waiting('queued: 1 is before it');
    await Promise.race([this.queue, aborted(signal)]);
  }

  #sources({ kernelId }: LaunchRequest) {
    const output = new KernelOutput(join(this.#folder, `${kernelId}.log`), silentLog);
    return { output, kills: new OutOfMemoryKills([]) };
  }

  async #hosted(process: KernelProcess, connection: ConnectionInfo): Promise<HostedProcess> {
    const { way, ports } = await CuttablePorts.to(ipcPathsOf(connection));
    this.#ways.add(way);
    return {
      known: knownOf(process, connection),
      connection: { ...connection, ...named(ports), ip: '127.0.0.1', transport: 'tcp' },
      pid: process.pid,
      exit: process.exit.then((exit) => {
        process.killLeftovers();
        return { ...exit, isFinal: this.isFinal };
      }),
      interrupt: () => Promise.resolve(process.signal('SIGINT')),
      pause: (isPaused) => process.signal(isPaused ? 'SIGSTOP' : 'SIGCONT'),
      suspect: () => process.suspect(),
      end: async (how) => {
        process.signal(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
        return process.goneWithin(how === 'kill' ? 5_000 : 0);
      },
      release: () => {
        process.release();
        this.#ways.delete(way);
        way.close();
        return Promise.resolve();
      },
    };
  }
}

type Known = Pick<KernelProcess, 'pid' | 'identity' | 'startedAt'> & { readonly connection: ConnectionInfo };

function knownOf({ pid, identity, startedAt }: KernelProcess, connection: ConnectionInfo): KnownProcess {
  return { pid, identity, startedAt, connection };
}

function named(ports: readonly number[]): Partial<Record<PortName, number>> {
  return Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]]));
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('it is not wanted any more'))),
  );
}
