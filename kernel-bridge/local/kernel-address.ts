import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { curveKeyPair } from 'zeromq';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import {
  type ConnectionInfo,
  ipcPathsOf,
  PORT_NAMES,
  type PortName,
  writeConnectionFile,
} from '../protocol/connection-info.ts';
import type { IpcFolder } from './ipc-folder.ts';
import type { TcpPorts } from './tcp-ports.ts';
import type { Transport } from './transport-choice.ts';

export interface AddressSource {
  readonly runtimeDirectory: string;
  readonly ipcFolder: IpcFolder;
  readonly tcpPorts: TcpPorts;
}

/** Where one kernel is reached: its key, ports or sockets, and the connection file that tells them. */
export class KernelAddress {
  readonly #source: AddressSource;
  readonly #kernelspec: Kernelspec;
  readonly #key: string;
  readonly #file: string;
  #info: ConnectionInfo | null;

  /** @param known of a kernel that lives already */
  constructor(
    source: AddressSource,
    kernelspec: Kernelspec,
    kernelId: string,
    known: ConnectionInfo | null = null,
  ) {
    this.#source = source;
    this.#kernelspec = kernelspec;
    this.#info = known;
    this.#key = known?.key ?? randomBytes(32).toString('hex');
    if (known?.transport === 'tcp') source.tcpPorts.hold(portsOf(known));
    this.#file = join(source.runtimeDirectory, `kernel-${kernelId}.json`);
  }

  get file(): string {
    return this.#file;
  }

  /**
   * Writes the connection file for the next process, with the ports of the last one unless it is told otherwise.
   * @param transport ipc becomes tcp where no folder has a path short enough for sockets
   */
  async prepare(
    transport: Transport,
    sessionPath: string | null,
    newPorts: boolean,
  ): Promise<{ readonly info: ConnectionInfo; readonly file: string }> {
    const known = newPorts || hasLostItsFolder(this.#info) ? null : this.#info;
    if (known === null) await this.#free();
    else await removeSockets(known);
    this.#info = { ...(known ?? (await this.#choose(transport))), jupyter_session: sessionPath ?? '' };
    return { info: this.#info, file: await writeConnectionFile(this.#file, this.#info) };
  }

  /** The kernel lives on, and keeps all this. */
  leave(): void {
    if (this.#info?.transport === 'tcp') this.#source.tcpPorts.giveBack(portsOf(this.#info));
    this.#info = null;
  }

  /** Removes the connection file and gives the ports back. */
  async release(): Promise<void> {
    await this.#free();
    await rm(this.#file, { force: true });
  }

  async #choose(transport: Transport): Promise<ConnectionInfo> {
    const path = transport === 'ipc' ? await this.#source.ipcFolder.newPath() : null;
    const ports = path === null ? await this.#source.tcpPorts.take(PORT_NAMES.length) : [1, 2, 3, 4, 5];
    const named = Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]]));
    return {
      ...(named as Record<PortName, number>),
      ip: path ?? '127.0.0.1',
      key: this.#key,
      transport: path === null ? 'tcp' : 'ipc',
      signature_scheme: 'hmac-sha256',
      kernel_name: this.#kernelspec.name,
      ...(path === null && supportsCurve(this.#kernelspec) ? newCurveKeys() : {}),
    };
  }

  async #free(): Promise<void> {
    const info = this.#info;
    this.#info = null;
    if (info === null) return;
    if (info.transport === 'tcp') this.#source.tcpPorts.giveBack(portsOf(info));
    await removeSockets(info);
    if (info.transport === 'ipc') await this.#source.ipcFolder.leave(info.ip);
  }
}

function portsOf(info: ConnectionInfo): number[] {
  return PORT_NAMES.map((name) => info[name]);
}

/** Systems clear their temporary folders after some days: the next process needs sockets elsewhere. */
function hasLostItsFolder(info: ConnectionInfo | null): boolean {
  return info?.transport === 'ipc' && !existsSync(dirname(info.ip));
}

/** A killed kernel leaves its sockets behind. */
async function removeSockets(info: ConnectionInfo): Promise<void> {
  await Promise.all(ipcPathsOf(info).map((path) => rm(path, { force: true })));
}

/** Anyone on this machine can connect to a loopback port, and read what is not encrypted with the right to sniff. */
function supportsCurve(kernelspec: Kernelspec): boolean {
  const supported = kernelspec.spec.metadata['supported_encryption'];
  const names: unknown[] = Array.isArray(supported) ? supported : [supported];
  return names.some((name) => typeof name === 'string' && name.trim().toLowerCase() === 'curve');
}

function newCurveKeys(): { curve_publickey: string; curve_secretkey: string } {
  const { publicKey, secretKey } = curveKeyPair();
  return { curve_publickey: publicKey, curve_secretkey: secretKey };
}
