import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { lookAtProcess } from '../local/process-identity.ts';
import { parseJson } from '../hosted/codec/fields.ts';

/** Which process is the supervisor of a folder. */
export interface Claim {
  readonly pid: number;
  /** Of the process, since numbers are used again. */
  readonly identity: string;
  readonly socket: string;
  readonly program: string;
  readonly protocol: number;
}

/** The claim of a process that lives; null if there is none. */
export function readClaim(path: string): Claim | null {
  try {
    const fields = parseJson(readFileSync(path), path);
    const claim = {
      pid: fields.count('pid'),
      identity: fields.text('identity'),
      socket: fields.text('socket'),
      program: fields.text('program'),
      protocol: fields.count('protocol'),
    };
    const sight = lookAtProcess(claim.pid);
    return sight?.identity === claim.identity && sight.state !== 'zombie' ? claim : null;
  } catch {
    return null; // None was ever made, or it is half written: nobody runs behind it.
  }
}

/**
 * Makes the claim for this process, so that there is one supervisor to a folder.
 * @returns the other process that has it, or null
 */
export function makeClaim(path: string, about: Omit<Claim, 'pid' | 'identity'>): Claim | null {
  const claim = { pid: process.pid, identity: lookAtProcess(process.pid)?.identity ?? '', ...about };
  const ours = `${path}.${process.pid}`;
  writeFileSync(ours, JSON.stringify(claim), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // Whole or not at all, and not over another's.
        linkSync(ours, path);
        return null;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = readClaim(path);
      if (other !== null) return other;
      removeStale(path);
    }
  } finally {
    rmSync(ours, { force: true });
  }
}

/** Notes that whoever made the claim is there. */
export function renewClaim(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody has removed the state directory; what runs goes on.
  }
}

/** When whoever made the last claim was last there; null if nobody was. */
export function lastClaimed(path: string): Date | null {
  return statSync(path, { throwIfNoEntry: false })?.mtime ?? null;
}

/** Two may find the same stale claim, and the second must not remove what the first has made in its place. */
function removeStale(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readClaim(aside) !== null) linkBack(aside, path);
  rmSync(aside, { force: true });
}

function linkBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    // A third one was quicker; the one put aside finds that out by its socket.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
