import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { KernelError } from '../kernel.ts';
import { LINK_PROTOCOL } from '../hosted/codec/protocol-version.ts';

/** sun_path holds 108 bytes with its final zero on Linux, 104 on macOS. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

/** Where the supervisor of a state directory has what it needs. A folder for each version of the link's protocol. */
export interface SupervisorFiles {
  readonly folder: string;
  readonly socket: string;
  /** Who runs: the process, its socket and its version. */
  readonly claim: string;
  readonly log: string;
}

export const CLAIM = 'supervisor.json';
const FOLDER = 'supervisor-';

/** The version that the supervisor of such a folder speaks; null for another folder. */
export function protocolOfFolder(name: string): number | null {
  const version = name.startsWith(FOLDER) ? Number(name.slice(FOLDER.length)) : Number.NaN;
  return Number.isSafeInteger(version) ? version : null;
}

/**
 * @param socketFolder a short one that only this person can enter; state directories are often too deep for a socket
 * @throws KernelError KERNEL_SUPERVISOR_LOST if the socket's path would be too long
 */
export function supervisorFiles(stateDirectory: string, socketFolder: string): SupervisorFiles {
  const folder = join(stateDirectory, `${FOLDER}${LINK_PROTOCOL}`);
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const socket = join(socketFolder, `${name}.sock`);
  if (Buffer.byteLength(socket) > LONGEST_PATH)
    throw new KernelError('KERNEL_SUPERVISOR_LOST', `the path of its socket is too long: ${socket}`);
  return { folder, socket, claim: join(folder, CLAIM), log: join(folder, 'supervisor.log') };
}
