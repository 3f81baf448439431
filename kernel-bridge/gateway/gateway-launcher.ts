import { join } from 'node:path';
import {
  type DetachableKernel,
  KernelError,
  type KernelListener,
  type KernelTarget,
  type Launcher,
  type LaunchRequest,
} from '../kernel.ts';
import { KernelRecordFile, readKernelRecords } from '../life/kernel-record-file.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { GatewayAccess } from './gateway-access.ts';
import { GATEWAY_TIMES, type GatewayKernelTimes } from './gateway-connection.ts';
import { GatewayKernel } from './gateway-kernel.ts';
import { GATEWAY_RECORDS, type GatewayRecord } from './gateway-record.ts';
import { nameAtGateway } from './offered-kernelspec.ts';

export const GATEWAY = 'gateway';

/** What a place asks this launcher by; it holds no secrets. */
export interface GatewayTarget extends KernelTarget {
  readonly kind: typeof GATEWAY;
  /** See `writeGatewaySettings`. */
  readonly settingsFile: string;
  readonly url: string;
}

export interface GatewayLauncherOptions {
  readonly log: KernelLog;
  /** Absolute; each kernel has a folder `<id>` in it. */
  readonly folder: string;
  readonly times?: GatewayKernelTimes;
}

/** Runs kernels at other Jupyter servers, held from here: they live on when this process ends, and are taken over. */
export class GatewayLauncher implements Launcher {
  readonly #options: GatewayLauncherOptions;
  readonly #kernels = new Set<GatewayKernel>();
  #closing: Promise<void> | null = null;

  constructor(options: GatewayLauncherOptions) {
    this.#options = options;
  }

  async launch(request: LaunchRequest, listener: KernelListener): Promise<DetachableKernel> {
    const kernel = this.#create(request, listener, null);
    await kernel.launch(nameAtGateway(request.kernelspec));
    return kernel;
  }

  /** Of the kernels in the folder that an earlier holder left. Damaged ones are told to the log. */
  records(): Promise<readonly GatewayRecord[]> {
    return readKernelRecords(this.#options.folder, GATEWAY_RECORDS, (file, reason) =>
      this.#options.log.warn({ file, reason }, 'the record of a kernel is damaged, and it is left alone'),
    );
  }

  /**
   * Takes a kernel over, once, whether its server can be reached or not: the listener hears `reattached` when it is, and
   * `died` where it has no such kernel any more.
   * @param silentFrom since when nobody listened to it
   * @throws KernelError KERNEL_LAUNCH_FAILED
   */
  adopt(record: GatewayRecord, listener: KernelListener, silentFrom: Date): Promise<DetachableKernel> {
    const kernel = this.#create(record.request, listener, record);
    kernel.adopt(record, silentFrom);
    return Promise.resolve(kernel);
  }

  /** Ends its kernels. */
  close(): Promise<void> {
    this.#closing ??= this.#all((kernel) => kernel.shutdown());
    return this.#closing;
  }

  /** Lets go of all kernels, which live on, and starts no more. Idempotent. */
  detach(): Promise<void> {
    this.#closing ??= this.#all((kernel) => kernel.detach());
    return this.#closing;
  }

  async #all(what: (kernel: GatewayKernel) => Promise<void>): Promise<void> {
    await Promise.all([...this.#kernels].map(what));
  }

  #create(request: LaunchRequest, listener: KernelListener, record: GatewayRecord | null): GatewayKernel {
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    const { log, folder, times = GATEWAY_TIMES } = this.#options;
    const { settingsFile, url } = readTarget(request.target);
    const kernel: GatewayKernel = new GatewayKernel(
      {
        request,
        access: new GatewayAccess(settingsFile, url),
        file: openFile(join(folder, request.kernelId), record),
        log,
        times,
        onOver: () => this.#kernels.delete(kernel),
      },
      listener,
    );
    this.#kernels.add(kernel);
    return kernel;
  }
}

function readTarget(target: KernelTarget | undefined): GatewayTarget {
  const { kind, settingsFile, url } = target ?? { kind: '' };
  if (kind !== GATEWAY || typeof settingsFile !== 'string' || typeof url !== 'string' || !URL.canParse(url))
    throw new KernelError('KERNEL_LAUNCH_FAILED', 'it is not said at which gateway it is to be started');
  return { kind: GATEWAY, settingsFile, url };
}

function openFile(folder: string, record: GatewayRecord | null): KernelRecordFile<GatewayRecord> {
  try {
    return new KernelRecordFile(folder, GATEWAY_RECORDS, record);
  } catch (cause) {
    throw new KernelError('KERNEL_LAUNCH_FAILED', `no folder for it: ${(cause as Error).message}`, { cause });
  }
}
