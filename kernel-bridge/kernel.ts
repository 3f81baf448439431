import type { Kernelspec } from './kernelspecs/kernelspec.ts';
import type { LaunchAsker } from './places/launch-asker.ts';
import type { KernelMessage } from './protocol/message.ts';

export type KernelErrorCode =
  | 'KERNEL_SPEC_UNKNOWN' // there is no kernelspec of the name asked for
  | 'KERNEL_LAUNCH_FAILED'
  | 'KERNEL_NOT_READY' // no kernel_info_reply within the time allowed
  | 'KERNEL_DEAD'
  | 'KERNEL_OVERLOADED' // it takes in less than it is sent, and no more can be held for it
  | 'KERNEL_SUPERVISOR_LOST' // the process that holds the kernels cannot be reached, nor started anew
  | 'KERNEL_MESSAGE_INVALID'; // bad signature or framing

export class KernelError extends Error {
  constructor(
    readonly code: KernelErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'KernelError';
  }
}

/** Why a kernel's process is gone. Null fields: the system could not tell. */
export interface KernelExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines that it wrote to its standard output and error: nearly always errors, for what cells print comes as messages. */
  readonly stderrTail: string;
  /** How it is known that memory ran out: the system counted a kill, or the kernel had nearly all there is. */
  readonly outOfMemory: 'counted' | 'nearly-all-used' | null;
  /** The most memory it is known to have held, in bytes. */
  readonly memoryHighWater: number | null;
  /** The limit for which it was killed. */
  readonly limit: KernelLimit | null;
  /** What the place that ran it says of its end (Slurm's TIMEOUT, Kubernetes' OOMKilled), in a sentence for people. */
  readonly explanation?: string;
  /** It is not started again by itself: that is known with its end. */
  readonly isNotRestarted?: true;
}

/** Of a process that ended while nobody looked. */
export const UNSEEN_EXIT: KernelExit = {
  exitCode: null,
  signal: null,
  stderrTail: '',
  outOfMemory: null,
  memoryHighWater: null,
  limit: null,
};

/** A limit that was set for a kernel (see `limits` of its launch). */
export type KernelLimit = 'memory' | 'cpu-time' | 'wall-time' | 'idle-time';

/** What a kernel may use; null is no limit. Time for which it was stopped does not count (I5). */
export interface KernelLimits {
  /** Bytes of memory in use by the kernel and what it started, beyond which it is warned and interrupted. */
  readonly softMemory: number | null;
  /** The same, beyond which it is killed. */
  readonly memory: number | null;
  /** Seconds of processor time of the kernel and what it started, beyond which its process is killed. */
  readonly cpuTime: number | null;
  /** Seconds since its process was started, beyond which the kernel is ended. */
  readonly wallTime: number | null;
  /** Seconds without anything to do, beyond which the kernel is ended; never while it is busy. */
  readonly idleTime: number | null;
}

/** What becomes of a kernel without anybody asking. */
export type KernelLifecycleEvent =
  /** A restart follows, or `gave-up`. `waiting` are the ids of messages that the next process will get. */
  | { readonly kind: 'died'; readonly exit: KernelExit; readonly waiting: ReadonlySet<string> }
  | { readonly kind: 'autorestarted'; readonly pid: number | null }
  | { readonly kind: 'gave-up'; readonly exit: KernelExit } // died too often; the kernel is over
  /**
   * Nobody listened for a while, in ISO 8601: what it said meanwhile may be lost, and is a gap in what ran. `why` is a
   * sentence for people; without one, the process that listens had ended. `startsAnew`: another process answers from now
   * on, without the variables of the one that may have said more.
   */
  | {
      readonly kind: 'reattached';
      readonly silentFrom: string;
      readonly silentUntil: string;
      readonly why?: string;
      readonly startsAnew?: true;
    }
  /** Its place has not started it yet, and says why (a queue's state and reason, an image that is pulled); null: it has now. */
  | { readonly kind: 'waiting'; readonly text: string | null }
  /** Its place says what will become of it (a job's time is nearly up) or cannot reach it for the time being. */
  | { readonly kind: 'warned'; readonly text: string }
  /** It has done these executions, and their replies, or its word that it is idle after them, fell into a gap. */
  | { readonly kind: 'replies-missed'; readonly messageIds: readonly string[] }
  /** Its process group stands still, because what it says could not be kept (I5); `continued` follows. */
  | { readonly kind: 'paused'; readonly reason: 'disk-full' | 'too-much-unread' }
  | { readonly kind: 'continued' }
  /** `warned`: it was interrupted, and goes on; `ended`: a death by this limit follows, or the kernel is over. */
  | {
      readonly kind: 'limit-reached';
      readonly limit: KernelLimit;
      readonly effect: 'warned' | 'ended';
      readonly text: string;
    };

/** Whoever owns a kernel hears it here; calls come in the order in which the kernel spoke, and must not throw. */
export interface KernelListener {
  message(message: KernelMessage): void;
  lifecycle(event: KernelLifecycleEvent): void;
}

/** A running kernel, wherever it runs. */
export interface Kernel {
  readonly id: string;
  readonly specName: string;
  readonly pid: number | null;
  /** Where other programs find its connection file; null where there is none on this machine. */
  readonly connectionFile: string | null;
  /**
   * Resolves to the first kernel_info_reply's content once the kernel answers and its iopub subscription is
   * confirmed (contract §3.6): nothing that it says afterwards can be missed. Starts anew on restart.
   * @throws KernelError KERNEL_NOT_READY, KERNEL_DEAD
   */
  ready(): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Signs and sends a client's message to the kernel. The frames go out as they are. What is sent before the kernel
   * answers, or while it restarts by itself, waits for it.
   * @throws KernelError KERNEL_DEAD after shutdown or `gave-up`, KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID for what
   * cannot be sent: on iopub, or with too few frames
   */
  send(message: KernelMessage): void;
  /**
   * By signal to the process group, or by `interrupt_request`, as its kernelspec asks.
   * @throws KernelError KERNEL_DEAD
   */
  interrupt(): Promise<void>;
  /**
   * Same id, ports and key, new process; resolves when that process is launched (contract §3.8). `sessionPath`
   * replaces the one of the launch, since documents are renamed while their kernels run. `asker` is for kernels that are
   * somebody's own.
   * @throws KernelError KERNEL_DEAD, KERNEL_LAUNCH_FAILED
   */
  restart(options?: { readonly sessionPath?: string | null; readonly asker?: LaunchAsker }): Promise<void>;
  /** Asks, then terminates, then kills (contract §8), and removes its connection file. Idempotent. */
  shutdown(options?: { readonly now?: boolean }): Promise<void>;
}

/** A kernel that lives on when whoever holds it lets go of it, or ends. */
export interface DetachableKernel extends Kernel {
  readonly request: LaunchRequest;
  /**
   * Whether its process has done all that it was sent on shell before this, also by earlier holders, and has answered it:
   * true once it has, false if that process ends first. Takes as long as the kernel is busy. What earlier holders sent and
   * is unanswered then was answered while nobody listened.
   */
  finished(): Promise<boolean>;
  /** Whether its heartbeat answers within a second; a process that stands still does not. */
  beats(): Promise<boolean>;
  /** Stops its processes until it is resumed, interrupted, restarted or shut down (I5). Idempotent. */
  pause(): void;
  /** Idempotent. */
  resume(): void;
  /**
   * A spare one is somebody's from now on: so it is started again, and so its limits count, from now. Where it is missing,
   * nobody has spare ones.
   */
  assign?(assignment: KernelAssignment): void;
  /** Lets go: what was sent still reaches it, it lives on, and nothing more can be asked of this object. Idempotent. */
  detach(): Promise<void>;
}

/** All that a launch needs, so that whoever launches looks nothing up: it may be another process on another machine. */
export interface LaunchRequest {
  readonly kernelId: string;
  /** As it was read when the kernel was asked for; its restarts use the same. */
  readonly kernelspec: Kernelspec;
  /** Absolute; must exist. */
  readonly workingDirectory: string;
  /** Absolute path of the session's document, for `JPY_SESSION_NAME` and the connection file. */
  readonly sessionPath: string | null;
  /** All that the kernel's process inherits; the kernelspec's `env` comes over it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The Python environment served: what `python` means in a kernelspec that comes from no environment. */
  readonly pythonPrefix: string;
  /** Jupyter's runtime folder, for the connection file. */
  readonly runtimeDirectory: string;
  /** None where it is missing. */
  readonly limits?: KernelLimits | undefined;
  /** Which launcher of a supervisor starts it; without one, as a process beside the supervisor. */
  readonly target?: KernelTarget;
  /**
   * Its process also inherits what the supervisor does, under `environment`; and where `workingDirectory` is not there,
   * it runs in the home folder. For supervisors on other machines, whose variables and folders a server does not know.
   */
  readonly inherits?: boolean;
  /** It was started before anybody asked for one: it is nobody's until it is assigned. */
  readonly isSpare?: boolean;
}

/** Whose a spare kernel is. Its process is told by whoever assigns it; the next one is started so. */
export interface KernelAssignment {
  readonly workingDirectory: string;
  readonly sessionPath: string | null;
  readonly limits?: KernelLimits | undefined;
}

/** The request by which a kernel that is assigned is started from then on. */
export function assigned(spare: LaunchRequest, assignment: KernelAssignment): LaunchRequest {
  const { workingDirectory, sessionPath, limits } = assignment;
  return { ...spare, isSpare: false, workingDirectory, sessionPath, limits };
}

/** What one kind of launcher needs to know besides; plain JSON, which that launcher checks. It may hold secrets (I10). */
export interface KernelTarget {
  readonly kind: string;
  /** False where nothing there can start another process of a kernel: a restart is refused before anything is done for it. */
  readonly restarts?: boolean;
  readonly [field: string]: unknown;
}

/** Starts kernels in one kind of place. */
export interface Launcher {
  /**
   * Resolves when the process is launched, before the kernel answers.
   * @throws KernelError KERNEL_LAUNCH_FAILED
   */
  launch(request: LaunchRequest, listener: KernelListener): Promise<Kernel>;
  /** Ends what it started. Idempotent. */
  close(): Promise<void>;
}
