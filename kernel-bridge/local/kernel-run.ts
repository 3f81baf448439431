import { access } from 'node:fs/promises';
import type { Context } from 'zeromq';
import { KernelError, type KernelExit } from '../kernel.ts';
import type { LaunchCommand } from '../kernelspecs/launch-command.ts';
import { type ConnectionInfo, ipcPathsOf } from '../protocol/connection-info.ts';
import { ZmqConnection, type ZmqConnectionListener } from '../zmq/zmq-connection.ts';
import { endKernel } from './end-kernel.ts';
import { KernelProcess } from './kernel-process.ts';
import type { OutOfMemoryKills } from './out-of-memory-kills.ts';

export interface RunPlan {
  readonly context: Context;
  readonly info: ConnectionInfo;
  readonly command: LaunchCommand;
  readonly workingDirectory: string;
  readonly interruptMode: 'signal' | 'message';
  readonly listener: ZmqConnectionListener;
  readonly kills: OutOfMemoryKills;
  onOutput(line: string): void;
}

/** One process of a kernel with the connection to it; a restart makes another. */
export class KernelRun {
  readonly process: KernelProcess;
  readonly connection: ZmqConnection;
  readonly #plan: RunPlan;
  readonly #startedAt = performance.now();

  /** @throws KernelError KERNEL_LAUNCH_FAILED, with nothing left open or running */
  static async start(plan: RunPlan): Promise<KernelRun> {
    // First, for it may fail where files run short, and a process that nobody holds would run for ever.
    const connection = connect(plan);
    try {
      const { command, workingDirectory, kills } = plan;
      const onOutput = (line: string): void => plan.onOutput(line);
      const process = await KernelProcess.launch(command, workingDirectory, onOutput, kills);
      return new KernelRun(plan, process, connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  private constructor(plan: RunPlan, process: KernelProcess, connection: ZmqConnection) {
    this.#plan = plan;
    this.process = process;
    this.connection = connection;
  }

  get transport(): 'ipc' | 'tcp' {
    return this.#plan.info.transport;
  }

  /** In milliseconds. */
  get lifetime(): number {
    return performance.now() - this.#startedAt;
  }

  /** Whether the kernel has made all the sockets it was told to; on tcp nobody can tell without connecting. */
  async hasIpcSockets(): Promise<boolean> {
    const present = await Promise.all(
      ipcPathsOf(this.#plan.info).map((path) =>
        access(path).then(
          () => true,
          () => false,
        ),
      ),
    );
    return present.length > 0 && !present.includes(false);
  }

  interrupt(): void {
    if (this.#plan.interruptMode === 'message') this.connection.request('interrupt_request');
    else this.process.signal('SIGINT');
  }

  /**
   * Ends the process and the connection, after the last of what it said is delivered.
   * @param how asked with `shutdown_request {restart}`, or killed at once
   * @returns whether the process is gone
   */
  async end(how: { readonly restart: boolean } | 'killed'): Promise<boolean> {
    const gone = await endKernel(this.process, how === 'killed' ? null : () => this.#askToEnd(how.restart));
    await this.#disconnect();
    return gone;
  }

  #askToEnd(restart: boolean): void {
    try {
      this.interrupt();
      this.connection.request('shutdown_request', { restart });
    } catch (error) {
      // One that takes in nothing more cannot be asked, but ends all the same.
      this.#plan.listener.fault(error);
    }
  }

  /** After the process ended by itself. */
  async buried(): Promise<KernelExit> {
    this.process.killLeftovers();
    await this.#disconnect();
    return this.process.exit;
  }

  async #disconnect(): Promise<void> {
    await this.connection.drain();
    this.connection.close();
  }
}

function connect({ context, info, listener }: RunPlan): ZmqConnection {
  try {
    return new ZmqConnection(context, info, listener);
  } catch (cause) {
    throw new KernelError('KERNEL_LAUNCH_FAILED', `no connection: ${(cause as Error).message}`, { cause });
  }
}
