import { Fields } from '../hosted/codec/fields.ts';
import type { KernelTarget, LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { HostedProcess, HostListener, KernelHost, KnownProcess } from '../remote/kernel-host.ts';
import { SshKernelHost } from './ssh-kernel-host.ts';
import { readSshSettings, type SshSettings } from './ssh-settings.ts';

export const SSH_KIND = 'ssh';

/** What the supervisor of the server's machine is told of a place, to hold a kernel there itself. */
export function sshTarget(
  settings: SshSettings,
  folder: string,
  configFiles: readonly string[] | undefined,
): KernelTarget {
  return { kind: SSH_KIND, settings, folder, ...(configFiles !== undefined && { configFiles }) };
}

/** Machines by ssh, as kernels ask for them: one connection to each, however many kernels are there. */
export class SshHosts implements KernelHost {
  readonly restarts = true;
  readonly owns = true;
  readonly #log: KernelLog;
  /** By what describes them. A place whose settings were changed is another machine from then on. */
  readonly #hosts = new Map<string, SshKernelHost>();

  constructor(log: KernelLog) {
    this.#log = log;
  }

  async start(request: LaunchRequest, told: HostListener, signal: AbortSignal): Promise<HostedProcess> {
    return this.#hostOf(request).start(request, told, signal);
  }

  async find(
    request: LaunchRequest,
    known: KnownProcess,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<HostedProcess | null> {
    return this.#hostOf(request).find(request, known, told, signal);
  }

  async forget(request: LaunchRequest, known: KnownProcess): Promise<void> {
    return this.#hostOf(request).forget(request, known);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
  }

  /** @throws MalformedError */
  #hostOf({ target }: LaunchRequest): SshKernelHost {
    const fields = new Fields(target, 'the target of a kernel by ssh');
    const place = {
      settings: readSshSettings(fields.anyObject('settings')),
      folder: fields.text('folder'),
      configFiles: fields.has('configFiles') ? fields.texts('configFiles') : undefined,
    };
    const key = JSON.stringify(place);
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const made = new SshKernelHost({ ...place, log: this.#log });
    this.#hosts.set(key, made);
    return made;
  }
}
