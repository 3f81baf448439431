import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { KernelError } from '../kernel.ts';
import { supervisorFiles } from './supervisor-files.ts';

export interface SupervisorPlace {
  readonly stateDirectory: string;
  /** A short one that only this person can enter. */
  readonly socketFolder: string;
  readonly programVersion: string;
  /** The compiled program; default: the one beside this file. */
  readonly program?: string;
  /** How long it stays with neither kernels nor a client, in seconds. Default 30. */
  readonly idleSeconds?: number;
}

/**
 * It lives for weeks, mostly idle. What runs once while it starts is not worth optimising (9 MB less; `main.ts` allows it
 * from then on), and a small nursery returns the buffers of messages soon.
 */
const NODE_FLAGS = [
  '--no-opt',
  '--no-maglev',
  '--semi-space-growth-factor=1',
  '--max-semi-space-size=4',
  '--expose-gc',
];
/** What is freed goes back to the system. glibc would keep what a flood once needed, and a heap for each thread. */
export const ALLOCATOR = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/**
 * Starts the supervisor of a state directory as a process that outlives this one. Resolves when it listens, or another
 * one does.
 * @throws KernelError KERNEL_SUPERVISOR_LOST
 */
export async function startSupervisor(place: SupervisorPlace): Promise<void> {
  const files = supervisorFiles(place.stateDirectory, place.socketFolder);
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  const log = openSync(files.log, 'a', 0o600);
  const program = place.program ?? join(import.meta.dirname, 'main.js');
  const { stateDirectory, socketFolder, programVersion, idleSeconds = 30 } = place;
  let said: string;
  try {
    const child = spawn(
      process.execPath,
      [...NODE_FLAGS, program, stateDirectory, socketFolder, programVersion, String(idleSeconds)],
      {
        detached: true,
        stdio: ['ignore', log, log, 'pipe'],
        cwd: '/',
        env: { ...process.env, ...ALLOCATOR },
      },
    );
    child.unref();
    said = await firstLine(child);
  } catch (cause) {
    throw new KernelError('KERNEL_SUPERVISOR_LOST', `it cannot be started: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    closeSync(log);
  }
  if (said !== 'listening' && !said.endsWith('already'))
    throw new KernelError(
      'KERNEL_SUPERVISOR_LOST',
      `it cannot be started: ${said || 'it ended at once'}; see ${files.log}`,
    );
}

/** What it says when it listens, or cannot; empty if it ended without a word. */
function firstLine(child: ChildProcess): Promise<string> {
  const pipe = child.stdio[3] as Readable;
  return new Promise((resolve, reject) => {
    let text = '';
    pipe.setEncoding('utf8');
    pipe.on('data', (piece: string) => (text += piece));
    pipe.on('close', () => resolve(text.trim()));
    child.on('error', reject);
  });
}
