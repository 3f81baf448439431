import { type ChildProcess, spawn } from 'node:child_process';
import { KernelError, type KernelExit } from '../kernel.ts';
import type { LaunchCommand } from '../kernelspecs/launch-command.ts';
import { describeExit, type ExitSources } from './describe-exit.ts';
import { type KernelProcess, within } from './kernel-process.ts';
import { MemoryHighWater } from './memory-high-water.ts';
import { killGroup, signalGroup } from './process-group.ts';
import { lookAtProcess } from './process-identity.ts';

/** A kernel's process that this one has started. */
export class LaunchedProcess implements KernelProcess {
  readonly pid: number;
  readonly identity: string;
  readonly startedAt = Date.now();
  readonly gone: Promise<void>;
  readonly exit: Promise<KernelExit>;
  readonly #child: ChildProcess;
  readonly #memory: MemoryHighWater;
  #isGone = false;

  /**
   * @param onStarted called at once with the process, before anything else can happen to it
   * @throws KernelError KERNEL_LAUNCH_FAILED
   */
  static async launch(
    command: LaunchCommand,
    workingDirectory: string,
    sources: ExitSources,
    onStarted: (process: KernelProcess) => void,
  ): Promise<LaunchedProcess> {
    const [file = '', ...args] = command.argv;
    const failed = (cause: unknown) =>
      new KernelError('KERNEL_LAUNCH_FAILED', `could not run ${file}: ${(cause as Error).message}`, {
        cause,
      });
    let launched: LaunchedProcess | null = null;
    try {
      const child = sources.output.collect((output) =>
        spawn(file, args, {
          cwd: workingDirectory,
          env: command.environment,
          detached: true,
          // A pipe would end with this process, and the kernel with it at its next word.
          stdio: ['ignore', output, output],
        }),
      );
      const spawned = new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      if (child.pid !== undefined) launched = new LaunchedProcess(child, child.pid, sources);
      if (launched !== null) onStarted(launched);
      await spawned;
    } catch (error) {
      launched?.signal('SIGKILL');
      throw failed(error);
    }
    if (launched === null) throw new TypeError('a spawned process has a pid');
    return launched;
  }

  private constructor(child: ChildProcess, pid: number, sources: ExitSources) {
    this.#child = child;
    this.pid = pid;
    // A child that has ended keeps its number until its `exit` is told.
    this.identity = lookAtProcess(pid)?.identity ?? '';
    this.#memory = new MemoryHighWater(pid);
    const ended = new Promise<Pick<KernelExit, 'exitCode' | 'signal'>>((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.#isGone = true;
        resolve({ exitCode, signal });
      });
    });
    this.gone = ended.then(() => undefined);
    this.exit = ended.then((how) => describeExit(how, this.#memory, sources));
    // Signals go by process.kill; an error here is one of those, reported to its caller.
    child.on('error', () => undefined);
  }

  suspect(): void {
    // The system tells when a child ends.
  }

  noticed(): void {
    this.#memory.noticed();
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#isGone) signalGroup(this.pid, signal);
  }

  killLeftovers(): void {
    killGroup(this.pid);
  }

  async goneWithin(milliseconds: number): Promise<boolean> {
    await within(this.gone, milliseconds);
    return this.#isGone;
  }

  release(): void {
    this.#child.unref();
  }
}
