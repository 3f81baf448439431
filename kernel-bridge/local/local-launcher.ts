import { accessSync, constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { Context } from 'zeromq';
import {
  type Kernel,
  KernelError,
  type KernelListener,
  type Launcher,
  type LaunchRequest,
} from '../kernel.ts';
import { launchCommand } from '../kernelspecs/launch-command.ts';
import { IpcFolder } from './ipc-folder.ts';
import { KernelAddress } from './kernel-address.ts';
import type { KernelLog } from './kernel-log.ts';
import { LocalKernel } from './local-kernel.ts';
import { OutOfMemoryKills } from './out-of-memory-kills.ts';
import { tcpPorts } from './tcp-ports.ts';
import { TransportChoice } from './transport-choice.ts';

/** ZeroMQ's default of 1,023 would end at some 170 kernels. */
const SOCKET_LIMIT = 32_768;

export interface LocalLauncherOptions {
  readonly log: KernelLog;
  /** Default ipc, with tcp for kernels that cannot. */
  readonly transport?: 'ipc' | 'tcp';
  /** How long a kernel may take to make its ipc sockets before tcp is tried, in milliseconds. Default 20 s. */
  readonly ipcPatience?: number;
}

/** Runs kernels as child processes that end with this one. */
export class LocalLauncher implements Launcher {
  readonly #options: LocalLauncherOptions;
  readonly #context = new Context({ maxSockets: SOCKET_LIMIT });
  readonly #ipcFolder = new IpcFolder();
  readonly #transports: TransportChoice;
  readonly #kills = new OutOfMemoryKills();
  readonly #kernels = new Set<LocalKernel>();
  #closing: Promise<void> | null = null;

  constructor(options: LocalLauncherOptions) {
    this.#options = options;
    this.#transports = new TransportChoice(options.transport ?? 'ipc');
  }

  async launch(request: LaunchRequest, listener: KernelListener): Promise<Kernel> {
    const folder = await stat(request.workingDirectory).catch(() => null);
    if (!folder?.isDirectory())
      throw new KernelError('KERNEL_LAUNCH_FAILED', `${request.workingDirectory} is not a folder`);
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    const kernel = this.#create(request, listener);
    this.#kernels.add(kernel);
    await kernel.launch();
    return kernel;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#kernels].map((kernel) => kernel.shutdown()));
    await this.#ipcFolder.close();
  }

  #create(request: LaunchRequest, listener: KernelListener): LocalKernel {
    const { log, ipcPatience = 20_000 } = this.#options;
    const { kernelspec, runtimeDirectory } = request;
    const source = { runtimeDirectory, ipcFolder: this.#ipcFolder, tcpPorts };
    const kernel: LocalKernel = new LocalKernel(
      {
        id: request.kernelId,
        kernelspec,
        workingDirectory: request.workingDirectory,
        address: new KernelAddress(source, kernelspec, request.kernelId),
        context: this.#context,
        transports: this.#transports,
        kills: this.#kills,
        ipcPatience,
        log,
        command: (connectionFile, sessionPath) => commandFor(request, connectionFile, sessionPath),
        onOver: () => this.#kernels.delete(kernel),
      },
      request.sessionPath,
      listener,
    );
    return kernel;
  }
}

function commandFor(
  { kernelspec, workingDirectory, pythonPrefix, environment }: LaunchRequest,
  connectionFile: string,
  sessionPath: string | null,
): ReturnType<typeof launchCommand> {
  return launchCommand(kernelspec, {
    connectionFile,
    sessionPath,
    workingDirectory,
    pythonPrefix,
    homeDirectory: homedir(),
    parentPid: process.pid,
    environment,
    isExecutable,
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
