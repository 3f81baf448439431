import { chmod, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Channel } from './message.ts';

/** A kernel's connection file, in Jupyter's own field names. For ipc, `ip` is a path and each port its suffix. */
export const connectionInfoSchema = z.object({
  shell_port: z.int(),
  iopub_port: z.int(),
  stdin_port: z.int(),
  control_port: z.int(),
  hb_port: z.int(),
  ip: z.string(),
  key: z.string(),
  transport: z.enum(['ipc', 'tcp']),
  signature_scheme: z.string().regex(/^hmac-[a-z0-9-]+$/),
  kernel_name: z.string().default(''),
  /** Absolute path of the session's document; empty where there is none. */
  jupyter_session: z.string().optional(),
  /** The kernel's CurveZMQ pair (Z85). */
  curve_publickey: z.string().optional(),
  curve_secretkey: z.string().optional(),
});
export type ConnectionInfo = z.infer<typeof connectionInfoSchema>;

export type PortName = `${Channel | 'hb'}_port`;
export const PORT_NAMES: readonly PortName[] = [
  'shell_port',
  'iopub_port',
  'stdin_port',
  'control_port',
  'hb_port',
];

/** `ipc://<ip>-<port>` or `tcp://<ip>:<port>`. */
export function endpointOf(info: ConnectionInfo, channel: Channel): string {
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
