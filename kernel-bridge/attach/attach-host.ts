import { Context } from 'zeromq';
import type { LaunchRequest } from '../kernel.ts';
import { PlaceError } from '../places/place-error.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { Fields } from '../hosted/codec/fields.ts';
import type { HostedProcess, HostListener, KernelHost, KnownProcess } from '../remote/kernel-host.ts';
import { beats } from '../zmq/heartbeat.ts';
import { askKernelInfo } from './ask-kernel-info.ts';
import { readAttachTarget } from './attach-target.ts';
import { AttachedProcess } from './attached-process.ts';
import { readConnectionFile } from './connection-file.ts';
import { presenceOf } from './kernel-presence.ts';

/** Kernels that somebody else has started: they are found by their connection files, and only ever let go of. */
export class AttachHost implements KernelHost {
  readonly restarts = false;
  readonly owns = false;
  readonly #context = new Context();

  /** @throws KernelError KERNEL_LAUNCH_FAILED; PlaceError PLACE_UNFIT, PLACE_UNREACHABLE */
  async start(request: LaunchRequest, told: HostListener): Promise<HostedProcess> {
    const { connectionFile } = readAttachTarget(request.target);
    const connection = await readConnectionFile(connectionFile);
    if (!(await this.#isThere(connection)))
      throw new PlaceError(
        'PLACE_UNREACHABLE',
        `No kernel answers where ${connectionFile} says: it has ended, and left the file behind.`,
        'Attach to a kernel that runs.',
      );
    const process = this.#process(connectionFile, connection, await askKernelInfo(this.#context, connection));
    told.known(process.known);
    return process;
  }

  async find(_request: LaunchRequest, known: KnownProcess): Promise<HostedProcess | null> {
    const fields = new Fields(known, 'what is known of it');
    const connection = fields.anyObject('connection') as unknown as ConnectionInfo;
    if (!(await this.#isThere(connection))) return null;
    return this.#process(fields.text('connectionFile'), connection, null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** One that stands still does not beat, but listens. */
  async #isThere(connection: ConnectionInfo): Promise<boolean> {
    return (await beats(this.#context, connection)) || (await beats(this.#context, connection));
  }

  #process(
    connectionFile: string,
    connection: ConnectionInfo,
    kernelInfo: Readonly<Record<string, unknown>> | null,
  ): AttachedProcess {
    return new AttachedProcess({
      connectionFile,
      connection,
      kernelInfo,
      beats: () => beats(this.#context, connection),
      presence: () => presenceOf(connection),
    });
  }
}
