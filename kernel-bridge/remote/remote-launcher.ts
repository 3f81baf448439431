import { join } from 'node:path';
import { Context } from 'zeromq';
import { type DetachableKernel, KernelError, type KernelListener, type LaunchRequest } from '../kernel.ts';
import { KernelRecordFile, readKernelRecords } from '../life/kernel-record-file.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelHost } from './kernel-host.ts';
import { RemoteKernel } from './remote-kernel.ts';
import { REMOTE_RECORDS, type RemoteRecord } from './remote-record.ts';

/** ZeroMQ's default of 1,023 would end at some 170 kernels. */
const SOCKET_LIMIT = 32_768;

export interface RemoteLauncherOptions {
  /** The `kind` of its kernels' targets. */
  readonly kind: string;
  readonly host: KernelHost;
  readonly log: KernelLog;
  /** Absolute; each kernel has a folder `<id>` in it with its record. */
  readonly folder: string;
}

/** Runs kernels on one kind of host; they live on when this process ends, and the next one takes them over. */
export class RemoteLauncher {
  readonly #options: RemoteLauncherOptions;
  readonly #context = new Context({ maxSockets: SOCKET_LIMIT });
  readonly #kernels = new Set<RemoteKernel>();
  #closing: Promise<void> | null = null;

  constructor(options: RemoteLauncherOptions) {
    this.#options = options;
  }

  /**
   * Resolves when its process is there, or its place has it wait.
   * @throws KernelError KERNEL_LAUNCH_FAILED, PlaceError
   */
  async launch(request: LaunchRequest, listener: KernelListener): Promise<DetachableKernel> {
    const kernel = this.#create(request, listener, null);
    await kernel.launch();
    return kernel;
  }

  /** Of the kernels of its kind that an earlier holder left. Damaged ones are told to the log. */
  async records(): Promise<readonly RemoteRecord[]> {
    const { folder, kind, log } = this.#options;
    const records = await readKernelRecords(folder, REMOTE_RECORDS, (file, reason) =>
      log.warn({ file, reason }, 'the record of a kernel is damaged, and it is left alone'),
    );
    return records.filter(({ request }) => request.target?.kind === kind);
  }

  /**
   * Takes a kernel over, once. It is told for how long it was not heard (`reattached`) as soon as it is heard again; if
   * its process is gone, `died` follows, as if it had died now.
   * @param record as `records()` gave it
   * @param silentFrom since when nobody has listened
   */
  adopt(record: RemoteRecord, listener: KernelListener, silentFrom: Date): Promise<DetachableKernel> {
    const kernel = this.#create(record.request, listener, record);
    kernel.adopt(record, silentFrom);
    return Promise.resolve(kernel);
  }

  /** Ends its kernels. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#leave((kernel) => kernel.shutdown());
    return this.#closing;
  }

  /** Lets go of all kernels, which live on, and starts no more. Idempotent. */
  detach(): Promise<void> {
    this.#closing ??= this.#leave((kernel) => kernel.detach());
    return this.#closing;
  }

  async #leave(how: (kernel: RemoteKernel) => Promise<void>): Promise<void> {
    await Promise.all([...this.#kernels].map(how));
    await this.#options.host.close();
  }

  #create(request: LaunchRequest, listener: KernelListener, record: RemoteRecord | null): RemoteKernel {
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    const { host, log, folder } = this.#options;
    const kernel: RemoteKernel = new RemoteKernel(
      {
        request,
        host,
        log,
        folder: openFile(join(folder, request.kernelId), record),
        context: this.#context,
        onOver: () => this.#kernels.delete(kernel),
      },
      listener,
    );
    this.#kernels.add(kernel);
    return kernel;
  }
}

function openFile(folder: string, record: RemoteRecord | null): KernelRecordFile<RemoteRecord> {
  try {
    return new KernelRecordFile(folder, REMOTE_RECORDS, record);
  } catch (cause) {
    throw new KernelError('KERNEL_LAUNCH_FAILED', `no folder for it: ${(cause as Error).message}`, { cause });
  }
}
