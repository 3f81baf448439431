import { accessSync, constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Context } from 'zeromq';
import {
  type DetachableKernel,
  KernelError,
  type KernelListener,
  type Launcher,
  type LaunchRequest,
} from '../kernel.ts';
import { launchCommand } from '../kernelspecs/launch-command.ts';
import { IpcFolder } from './ipc-folder.ts';
import { KernelAddress } from './kernel-address.ts';
import { readKernelRecords } from '../life/kernel-record-file.ts';
import { KernelFolder, LOCAL_RECORDS } from './kernel-folder.ts';
import type { KernelLog } from './kernel-log.ts';
import type { KernelRecord } from './kernel-record.ts';
import { LocalKernel } from './local-kernel.ts';
import { OutOfMemoryKills } from './out-of-memory-kills.ts';
import { tcpPorts } from './tcp-ports.ts';
import { TransportChoice } from './transport-choice.ts';

/** ZeroMQ's default of 1,023 would end at some 170 kernels. */
const SOCKET_LIMIT = 32_768;

export interface LocalLauncherOptions {
  readonly log: KernelLog;
  /** Absolute; each kernel has a folder `<id>` in it with its record and its output. */
  readonly folder: string;
  /** Default ipc, with tcp for kernels that cannot. */
  readonly transport?: 'ipc' | 'tcp';
  /** How long a kernel may take to make its ipc sockets before tcp is tried, in milliseconds. Default 20 s. */
  readonly ipcPatience?: number;
}

/** Runs kernels as processes on this machine, which live on when this one ends, and takes over those it finds. */
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

  async launch(asked: LaunchRequest, listener: KernelListener): Promise<DetachableKernel> {
    const isFolder = await isDirectory(asked.workingDirectory);
    if (!isFolder && asked.inherits !== true)
      throw new KernelError('KERNEL_LAUNCH_FAILED', `${asked.workingDirectory} is not a folder`);
    const request = asked.inherits === true ? inheriting(asked, isFolder) : asked;
    const kernel = this.#create(request, listener);
    await kernel.launch();
    return kernel;
  }

  /** Of the kernels in the folder, living or dead, that an earlier holder left. Damaged ones are told to the log. */
  async records(): Promise<readonly KernelRecord[]> {
    const records = await readKernelRecords(this.#options.folder, LOCAL_RECORDS, (file, reason) =>
      this.#options.log.warn({ file, reason }, 'the record of a kernel is damaged, and it is left alone'),
    );
    const counts = records.flatMap(({ outOfMemoryKills }) => outOfMemoryKills ?? []);
    if (counts.length > 0) await this.#kills.continueFrom(Math.max(...counts));
    return records;
  }

  /**
   * Takes a kernel over, once: it is heard from now on, and its later answers come here. If its process is gone, the
   * listener hears `died` soon after, as if it had died now, and then what follows a death.
   * @param record as `records()` gave it
   * @throws KernelError KERNEL_LAUNCH_FAILED, with the kernel as it was
   */
  async adopt(record: KernelRecord, listener: KernelListener): Promise<DetachableKernel> {
    const kernel = this.#create(record.request, listener, record);
    try {
      await kernel.adopt(record);
    } catch (error) {
      await kernel.detach();
      throw error;
    }
    return kernel;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of all kernels, which live on, and starts no more. Idempotent. */
  detach(): Promise<void> {
    this.#closing ??= this.#detach();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#kernels].map((kernel) => kernel.shutdown()));
    await this.#ipcFolder.close();
  }

  async #detach(): Promise<void> {
    await Promise.all([...this.#kernels].map((kernel) => kernel.detach()));
    await this.#ipcFolder.release();
  }

  #create(request: LaunchRequest, listener: KernelListener, record: KernelRecord | null = null): LocalKernel {
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    const { log, ipcPatience = 20_000, folder } = this.#options;
    const { kernelId, kernelspec, runtimeDirectory } = request;
    const source = { runtimeDirectory, ipcFolder: this.#ipcFolder, tcpPorts };
    const kernel: LocalKernel = new LocalKernel(
      {
        request,
        address: new KernelAddress(source, kernelspec, kernelId, record?.connection),
        folder: openFolder(join(folder, kernelId), log, record),
        context: this.#context,
        transports: this.#transports,
        kills: this.#kills,
        ipcPatience,
        log,
        command: commandFor,
        onOver: () => this.#kernels.delete(kernel),
      },
      listener,
    );
    this.#kernels.add(kernel);
    return kernel;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** A server elsewhere knows neither the variables nor the folders of this machine. */
function inheriting(request: LaunchRequest, isFolder: boolean): LaunchRequest {
  const { environment, workingDirectory } = request;
  return {
    ...request,
    environment: { ...(process.env as Record<string, string>), ...environment },
    workingDirectory: isFolder ? workingDirectory : homedir(),
  };
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
    environment,
    isExecutable,
  });
}

function openFolder(path: string, log: KernelLog, record: KernelRecord | null): KernelFolder {
  try {
    return new KernelFolder(path, log, record);
  } catch (cause) {
    throw new KernelError('KERNEL_LAUNCH_FAILED', `no folder for it: ${(cause as Error).message}`, { cause });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
