import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment-options.ts';

/** sun_path holds 108 bytes with its final zero on Linux, 104 on macOS. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

/**
 * A path for the control socket of a state directory, in a folder that only this person can enter; null where there
 * is none. State directories themselves are often too deep for a socket's path.
 */
export function controlSocketPath(stateDirectory: string, environment: Environment): string | null {
  const folder = socketFolder(environment);
  return folder && join(folder, nameOf(stateDirectory));
}

/** Where sockets of this person's servers and supervisors lie; null where there is no such folder. */
export function socketFolder(environment: Environment): string | null {
  const own = `/tmp/in-the-loop-${process.getuid?.() ?? 0}`;
  const runtime = environment['XDG_RUNTIME_DIR'];
  const folders = [...(runtime ? [join(runtime, 'in-the-loop')] : []), own];
  const isShort = (folder: string): boolean => Buffer.byteLength(join(folder, nameOf(''))) <= LONGEST_PATH;
  return folders.find((folder) => isShort(folder) && isOwnFolder(folder)) ?? null;
}

function nameOf(stateDirectory: string): string {
  return `${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16)}.sock`;
}

/** Makes the folder where it is missing. One in /tmp that somebody else has prepared is not used. */
function isOwnFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    return uid === process.geteuid?.() && (mode & 0o077) === 0 && lstatSync(folder).isDirectory();
  } catch {
    return false; // A runtime folder that is named but missing or read-only is common in containers.
  }
}
