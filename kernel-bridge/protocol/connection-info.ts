import { chmod, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Channel } from './message.ts';

/** A kernel's connection file, in Jupyter's own field names. For ipc, `ip` is a path and each port its suffix. */
export interface ConnectionInfo extends Readonly<Record<PortName, number>> {
  readonly ip: string;
  readonly key: string;
  readonly transport: 'ipc' | 'tcp';
  /** `hmac-sha256` and the like. */
  readonly signature_scheme: string;
  readonly kernel_name: string;
  /** Absolute path of the session's document; empty where there is none. */
  readonly jupyter_session?: string;
  /** The kernel's CurveZMQ pair (Z85). */
  readonly curve_publickey?: string;
  readonly curve_secretkey?: string;
}

export type PortName = `${Channel | 'hb'}_port`;
export const PORT_NAMES: readonly PortName[] = [
  'shell_port',
  'iopub_port',
  'stdin_port',
  'control_port',
  'hb_port',
];

/** `ipc://<ip>-<port>` or `tcp://<ip>:<port>`. */
export function endpointOf(info: ConnectionInfo, channel: Channel | 'hb'): string {
  return `${info.transport}://${info.ip}${info.transport === 'ipc' ? '-' : ':'}${info[`${channel}_port`]}`;
}

/** The socket files of a kernel on ipc; none on tcp. */
export function ipcPathsOf(info: ConnectionInfo): string[] {
  return info.transport === 'ipc' ? PORT_NAMES.map((name) => `${info.ip}-${info[name]}`) : [];
}

/**
 * Writes the file for its owner alone, since its key lets anyone run code as that person, and sets the folder's
 * sticky bit as Jupyter does, so that nobody else removes it.
 * @returns the file's real path, as kernels are given it (contract §8)
 */
export async function writeConnectionFile(file: string, info: ConnectionInfo): Promise<string> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A file that is there may have looser rights, which writing would keep.
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify(info, null, 2), { mode: 0o600, flag: 'wx' });
  const { mode } = await stat(folder);
  if ((mode & 0o1000) === 0)
    await chmod(folder, (mode & 0o7777) | 0o1000).catch((error: NodeJS.ErrnoException) => {
      // A folder that belongs to another keeps the rights its owner gave it.
      if (error.code !== 'EPERM') throw error;
    });
  return realpath(file);
}
