import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ReadStream } from 'node:tty';
import type * as NodePty from '@lydell/node-pty';
import { PtyInput } from './pty-input.ts';
import { ReadingPace } from './reading-pace.ts';

/** A program on a pseudo-terminal, as far as a terminal asks of it; tests make one of their own. */
export interface PtyProcess {
  onOutput(listener: (text: string) => void): void;
  onExit(listener: () => void): void;
  /** Called whenever everything written has been taken. */
  onDrain(listener: () => void): void;
  write(text: string): void;
  /** Bytes written that the program has not taken yet. */
  readonly pendingInput: number;
  resize(columns: number, rows: number): void;
  /** Stops reading: the program then waits when the system's small buffer is full. */
  pause(): void;
  resume(): void;
  /** Sends a signal to the process groups of the shell and of what it runs in the foreground. */
  signal(name: NodeJS.Signals): Promise<void>;
}

export interface PtySettings {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type SpawnPty = (settings: PtySettings) => PtyProcess;

const require = createRequire(import.meta.url);

export const spawnPty: SpawnPty = ({ command: [file = 'sh', ...args], cwd, env }) => {
  // Loaded for the first terminal, not at every start.
  const { spawn } = require('@lydell/node-pty') as typeof NodePty;
  const pty = spawn(file, args, {
    name: 'xterm-256color',
    cols: 80,
    rows: 24,
    cwd,
    env: { ...env },
  });
  // Writing is not left to node-pty: its write blocks the whole process while the program reads nothing. It does not
  // say when its file descriptor is closed either, after which the same number may be another file.
  const { fd, _socket: socket } = pty as unknown as { readonly fd: number; readonly _socket: ReadStream };
  const input = new PtyInput(fd, () => !socket.destroyed);
  const pace = new ReadingPace(pty);
  let isRunning = true;
  pty.onData((text) => pace.read(text.length));
  pty.onExit(() => {
    isRunning = false;
    input.close();
    pace.close();
  });
  return {
    onOutput: (listener) => void pty.onData(listener),
    onExit: (listener) => void pty.onExit(() => listener()),
    onDrain: (listener) => input.onDrain(listener),
    write: (text) => input.write(text),
    get pendingInput() {
      return input.pending;
    },
    resize(columns, rows) {
      if (isRunning && !socket.destroyed) pty.resize(columns, rows);
    },
    pause: () => pace.pause(),
    resume: () => pace.resume(),
    async signal(name) {
      const foreground = await foregroundGroup(pty.pid);
      if (!isRunning) return;
      signalGroup(pty.pid, name);
      if (foreground !== null && foreground !== pty.pid) signalGroup(foreground, name);
    },
  };
};

function signalGroup(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch (error) {
    // It has ended meanwhile, which is what the signal was for.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The process group that a shell has put into its terminal's foreground; null where /proc does not tell. */
async function foregroundGroup(pid: number): Promise<number | null> {
  // No /proc (macOS), or the shell is gone: its own group is all that can be reached then.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold anything; state, ppid, pgrp, session, tty and tpgid come after it.
  const group = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[5]);
  return Number.isInteger(group) && group > 1 ? group : null;
}
