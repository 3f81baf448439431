import { type ChildProcess, spawn } from 'node:child_process';
import { KernelError, type KernelExit } from '../kernel.ts';
import type { LaunchCommand } from '../kernelspecs/launch-command.ts';
import { MemoryHighWater } from './memory-high-water.ts';
import type { OutOfMemoryKills } from './out-of-memory-kills.ts';
import { OutputTail } from './output-tail.ts';
import { outOfMemory } from './out-of-memory.ts';

/** A child of the kernel may hold its standard error open for ever; what the kernel wrote is there by then. */
const STDERR_PATIENCE = 100;

/** One process of a kernel, leader of its own session and process group, so that its children get its signals. */
export class KernelProcess {
  readonly pid: number;
  /** Resolves, never rejects, as soon as the process is gone. */
  readonly gone: Promise<void>;
  /** The same a moment later, when its standard error is read. */
  readonly exit: Promise<KernelExit>;
  readonly #memory: MemoryHighWater;
  #isGone = false;

  /** @throws KernelError KERNEL_LAUNCH_FAILED */
  static async launch(
    command: LaunchCommand,
    workingDirectory: string,
    onOutput: (line: string) => void,
    kills: OutOfMemoryKills,
  ): Promise<KernelProcess> {
    const [file = '', ...args] = command.argv;
    const failed = (cause: unknown) =>
      new KernelError('KERNEL_LAUNCH_FAILED', `could not run ${file}: ${(cause as Error).message}`, {
        cause,
      });
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        cwd: workingDirectory,
        env: command.environment,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      throw failed(error);
    }
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(failed(error)));
    });
    return new KernelProcess(child, onOutput, kills);
  }

  private constructor(child: ChildProcess, onOutput: (line: string) => void, kills: OutOfMemoryKills) {
    if (child.pid === undefined || child.stdout === null || child.stderr === null)
      throw new TypeError('a spawned process has a pid and pipes');
    this.pid = child.pid;
    this.#memory = new MemoryHighWater(child.pid);
    new OutputTail(child.stdout, onOutput);
    const stderr = new OutputTail(child.stderr, onOutput);
    const ended = new Promise<Pick<KernelExit, 'exitCode' | 'signal'>>((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.#isGone = true;
        resolve({ exitCode, signal });
      });
    });
    this.gone = ended.then(() => undefined);
    this.exit = ended.then(async (how) => {
      const memoryHighWater = this.#memory.bytes;
      const [cause] = await Promise.all([
        outOfMemory(how.signal, memoryHighWater, kills),
        within(stderr.ended, STDERR_PATIENCE),
      ]);
      return { ...how, stderrTail: stderr.text(), outOfMemory: cause, memoryHighWater };
    });
    // Signals go by process.kill; an error here is one of those, reported to its caller.
    child.on('error', () => undefined);
  }

  /** It gave a sign of life: a moment to see how much memory it holds. */
  noticed(): void {
    this.#memory.noticed();
  }

  /** To the whole group, or to the process alone if the group refuses; nothing if it is gone. */
  signal(signal: NodeJS.Signals): void {
    if (this.#isGone) return;
    for (const target of [-this.pid, this.pid])
      try {
        process.kill(target, signal);
        return;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ESRCH' && code !== 'EPERM') throw error;
      }
  }

  /** Kills what the kernel started and left behind when it died, as Jupyter does before it starts another. */
  killLeftovers(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    }
  }

  /** Whether the process is gone within that many milliseconds. */
  async goneWithin(milliseconds: number): Promise<boolean> {
    await within(this.gone, milliseconds);
    return this.#isGone;
  }
}

async function within(event: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([event, new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}
