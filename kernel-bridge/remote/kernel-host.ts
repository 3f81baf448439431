import type { KernelExit, LaunchRequest } from '../kernel.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';

/**
 * Where the processes of kernels run that a supervisor speaks to by ZeroMQ and that are none of its children: at the end
 * of an ssh connection, in a job of a cluster, or started by somebody else. `RemoteKernel` makes a kernel of it.
 */
export interface KernelHost {
  /** Whether it can start another process for a kernel that is there. */
  readonly restarts: boolean;
  /**
   * Starts a process for a kernel. Resolves once it is known how to reach it; takes as long as a queue.
   * @throws KernelError KERNEL_LAUNCH_FAILED with nothing left running
   */
  start(request: LaunchRequest, told: HostListener, signal: AbortSignal): Promise<HostedProcess>;
  /**
   * Finds a process that another holder of the kernel recorded; null if it is gone.
   * @throws KernelError KERNEL_LAUNCH_FAILED if it cannot be told, with the process as it is
   */
  find(request: LaunchRequest, known: KnownProcess, told: HostListener): Promise<HostedProcess | null>;
  /** Lets go of what it holds to reach them; processes live on. Idempotent. */
  close(): Promise<void>;
}

/** What a host says of a process while it waits or runs; see the lifecycle events of the same names. */
export interface HostListener {
  waiting(text: string | null): void;
  warned(text: string): void;
  /**
   * The way to it was broken from then on and is there again; ISO 8601. What it said meanwhile may be lost.
   * @param why a sentence for people
   */
  reachedAgain(silentFrom: string, why: string): void;
}

/** What another holder needs to find it again: plain JSON, kept in the kernel's record (0600). */
export type KnownProcess = Readonly<Record<string, unknown>>;

export interface HostedProcess {
  readonly known: KnownProcess;
  /** As it is reached from here: forwarded sockets, or ports of another machine. */
  readonly connection: ConnectionInfo;
  /** Of this machine; null elsewhere. */
  readonly pid: number | null;
  /** Resolves, never rejects, once it is gone, and says why. */
  readonly exit: Promise<KernelExit>;
  /** SIGINT to its process group, there. A host that cannot leaves it out, and the kernel is asked by a message. */
  interrupt?(): Promise<void>;
  /** Stops and continues its processes (I5). A host that cannot leaves it out. */
  pause?(isPaused: boolean): void;
  /**
   * Ends it, where it did not end when its kernel was asked to. Nothing for a process that is not ours to end.
   * @returns whether it is gone
   */
  end(how: 'terminate' | 'kill'): Promise<boolean>;
  /** Lets go: it lives on. Idempotent. */
  release(): Promise<void>;
}
