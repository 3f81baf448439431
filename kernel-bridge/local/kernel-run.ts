import { access } from 'node:fs/promises';
import type { Context } from 'zeromq';
import { KernelError, type KernelExit } from '../kernel.ts';
import type { LaunchCommand } from '../kernelspecs/launch-command.ts';
import { type ConnectionInfo, ipcPathsOf } from '../protocol/connection-info.ts';
import { letsIdentityMove } from '../zmq/moving-identity.ts';
import { ZmqConnection, type ZmqConnectionListener } from '../zmq/zmq-connection.ts';
import { AdoptedProcess } from './adopted-process.ts';
import type { ExitSources } from './describe-exit.ts';
import { endKernel } from './end-kernel.ts';
import type { KernelProcess } from './kernel-process.ts';
import type { KernelRecord } from './kernel-record.ts';
import { LaunchedProcess } from './launched-process.ts';

export interface RunPlan {
  readonly context: Context;
  readonly info: ConnectionInfo;
  readonly interruptMode: 'signal' | 'message';
  readonly listener: ZmqConnectionListener;
  readonly sources: ExitSources;
}

export interface StartPlan extends RunPlan {
  readonly command: LaunchCommand;
  readonly workingDirectory: string;
  /** Called at once with the process and the identity of the sockets to it. */
  onStarted(process: KernelProcess, routingId: string): void;
}

/** One process of a kernel with the connection to it; a restart makes another. */
export class KernelRun {
  readonly process: KernelProcess;
  readonly connection: ZmqConnection;
  readonly #plan: RunPlan;

  /** @throws KernelError KERNEL_LAUNCH_FAILED, with nothing left open or running */
  static async start(plan: StartPlan): Promise<KernelRun> {
    // First, for it may fail where files run short, and a process that nobody holds would run for ever.
    const connection = connect(plan);
    try {
      const { command, workingDirectory, sources } = plan;
      const process = await LaunchedProcess.launch(command, workingDirectory, sources, (started) =>
        plan.onStarted(started, connection.routingId),
      );
      return new KernelRun(plan, process, connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /**
   * Takes over a process that another one has started, and that lives; with what the kernel answers to the earlier
   * connection, where it lets an identity move.
   * @throws KernelError KERNEL_LAUNCH_FAILED
   */
  static adopt(plan: RunPlan, record: KernelRecord): KernelRun {
    const connection = connect(plan, letsIdentityMove(record.kernelInfo) ? record.routingId : undefined);
    const process = new AdoptedProcess(record.process, plan.sources);
    return new KernelRun(plan, process, connection);
  }

  private constructor(plan: RunPlan, process: KernelProcess, connection: ZmqConnection) {
    this.#plan = plan;
    this.process = process;
    this.connection = connection;
  }

  get transport(): 'ipc' | 'tcp' {
    return this.#plan.info.transport;
  }

  get info(): ConnectionInfo {
    return this.#plan.info;
  }

  /** In milliseconds. */
  get lifetime(): number {
    return Date.now() - this.process.startedAt;
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

  /** @throws KernelError KERNEL_NOT_READY, KERNEL_DEAD */
  async greet(): Promise<Readonly<Record<string, unknown>>> {
    const info = await this.connection.greet();
    this.#watchConnection();
    return info;
  }

  /** For a process that was met before it was adopted. */
  async meetAgain(): Promise<void> {
    await this.connection.meetAgain();
    this.#watchConnection();
  }

  /** A process's end is seen on its sockets before anything else where it is no child. */
  #watchConnection(): void {
    void this.connection.ended?.then(() => this.process.suspect());
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

  /** The process lives on. */
  async leave(): Promise<void> {
    this.process.release();
    await this.connection.leave();
  }

  async #disconnect(): Promise<void> {
    await this.connection.drain();
    this.connection.close();
  }
}

function connect({ context, info, listener }: RunPlan, routingId?: string): ZmqConnection {
  try {
    return new ZmqConnection(context, info, listener, routingId);
  } catch (cause) {
    throw new KernelError('KERNEL_LAUNCH_FAILED', `no connection: ${(cause as Error).message}`, { cause });
  }
}
