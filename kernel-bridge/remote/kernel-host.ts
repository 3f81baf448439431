import type { KernelExit, LaunchRequest } from '../kernel.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';

/**
 * Where the processes of kernels run that a supervisor speaks to by ZeroMQ and that are none of its children: at the end
 * of an ssh connection, in a job of a cluster, or started by somebody else. `RemoteKernel` makes a kernel of it.
 */
export interface KernelHost {
  /** Whether it can start another process for a kernel that is there. */
  readonly restarts: boolean;
  /** Whether its processes are ours to end. Others are never asked to end, only let go of. */
  readonly owns: boolean;
  /**
   * Starts a process for a kernel. Resolves once it is known how to reach it; takes as long as a queue. From the first
   * `told.waiting` on, the launch of the kernel counts as done, and a failure is its end.
   * @param signal aborted when the kernel is not wanted any more: nothing may be left running
   * @throws KernelError KERNEL_LAUNCH_FAILED, PlaceError, with nothing left running
   */
  start(request: LaunchRequest, told: HostListener, signal: AbortSignal): Promise<HostedProcess>;
  /**
   * Finds a process that another holder of the kernel recorded, also one that still waits; null if it is gone.
   * @param signal aborted when it need not be found any more; the process stays as it is
   * @throws any error if it cannot be told, with the process as it is: asked again a while later
   */
  find(
    request: LaunchRequest,
    known: KnownProcess,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<HostedProcess | null>;
  /**
   * Ends a process that could not be found again, and is not wanted any more, as far as that can be done. Without it,
   * such a process is left, and the log says so.
   */
  forget?(request: LaunchRequest, known: KnownProcess): Promise<void>;
  /** The kernel is over, and no other process will be asked for: what was kept for one may go. */
  over?(request: LaunchRequest): Promise<void>;
  /** Lets go of what it holds to reach them; processes live on. Idempotent. */
  close(): Promise<void>;
}

/** What a host says of a process while it waits or runs; see the lifecycle events of the same names. */
export interface HostListener {
  /** Something is started: from now on another holder could find it by this, also while it waits. The last one counts. */
  known(known: KnownProcess): void;
  waiting(text: string | null): void;
  warned(text: string): void;
  /**
   * The way to it was broken from then on and is there again; ISO 8601. What it said meanwhile may be lost. Need not be
   * told where the kernel's sockets break with the way, which `RemoteKernel` sees for itself; its `why` is better, though.
   * @param why a sentence for people
   */
  reachedAgain(silentFrom: string, why: string): void;
}

/** What another holder needs to find it again: plain JSON, kept in the kernel's record (0600). */
export type KnownProcess = Readonly<Record<string, unknown>>;

/** How it ended; `isFinal` where its place ended it on purpose (its time was up), so that nothing takes its place by itself. */
export type HostedExit = KernelExit & { readonly isFinal?: boolean };

export interface HostedProcess {
  readonly known: KnownProcess;
  /**
   * As it is reached from here: forwarded sockets, or ports of another machine. The same for as long as it lives: the
   * sockets connect again by themselves where a way is mended.
   */
  readonly connection: ConnectionInfo;
  /** Where other programs find its connection file; without it, one is written. */
  readonly connectionFile?: string;
  /** The content of its kernel_info_reply, where its host has asked: one that is busy may not answer again for long. */
  readonly kernelInfo?: Readonly<Record<string, unknown>> | null;
  /** Of this machine; null elsewhere. */
  readonly pid: number | null;
  /** Resolves, never rejects, once it is gone, with all that it left running if it was ours, and says why. */
  readonly exit: Promise<HostedExit>;
  /** SIGINT to its process group, there. A host that cannot leaves it out, and the kernel is asked by a message. */
  interrupt?(): Promise<void>;
  /** Stops and continues its processes (I5). A host that cannot leaves it out. */
  pause?(isPaused: boolean): void;
  /** Its sockets have closed: a moment to look whether it is gone. */
  suspect?(): void;
  /**
   * Ends it, where it did not end when its kernel was asked to. Nothing for a process that is not ours to end.
   * @returns whether it is gone
   */
  end(how: 'terminate' | 'kill'): Promise<boolean>;
  /** Lets go: it lives on. Idempotent. */
  release(): Promise<void>;
}
