import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  assigned,
  type DetachableKernel,
  type KernelAssignment,
  KernelError,
  type KernelLifecycleEvent,
  type KernelListener,
  type LaunchRequest,
} from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { HandedOver } from './handed-over.ts';
import { OVER, writeLaunch } from './kernel-folders.ts';
import type { KernelState } from './link/down.ts';
import { MessageBodyReader } from './link/message-body-reader.ts';
import type { SentBytes } from '../hosted/codec/sent-message.ts';
import { Outbox } from './outbox.ts';
import { printedParts } from './printed-parts.ts';
import { ReadingLag } from './reading-lag.ts';
import { Spool, type SpoolBlock } from './spool/spool.ts';

export interface KeptKernelOptions {
  readonly launch: LaunchRequest;
  /** Of this kernel alone. */
  readonly folder: string;
  readonly log: KernelLog;
  /** It ended in another life of the supervisor. */
  readonly wasOver: boolean;
  readonly schedule: (flush: () => void) => void;
  onState(state: KernelState): void;
}

/** Between attempts to write to a disk that is full: nothing tells when it has room. In milliseconds. */
const RETRY = 1000;

/** In bytes. Smaller ones go with the next ordinary collection. */
const LARGE_MESSAGE = 4 * 1024 * 1024;

/**
 * What ZeroMQ holds of a message is freed when V8 collects the small object that stands for it, for which it is in no hurry:
 * meanwhile the next 60 MB come. (The supervisor is started with --expose-gc.)
 */
function giveBackMemory(): void {
  globalThis.gc?.();
}

/** One kernel in the supervisor: what it says goes into its outbox, what it is sent is handed over once. */
export class KeptKernel {
  readonly outbox: Outbox;
  readonly handedOver: HandedOver;
  readonly #options: KeptKernelOptions;
  readonly #spool: Spool;
  readonly #messages = new MessageBodyReader();
  #launch: LaunchRequest;
  #kernel: DetachableKernel | null = null;
  #isOver: boolean;
  #told: KernelState | null = null;
  #isClosed = false;
  #changes = 0;
  readonly #lag = new ReadingLag({
    pause: () => this.#kernel?.pause(),
    // Unless it stands still for longer anyway.
    resume: () => this.#spool.blocked === null && this.#kernel?.resume(),
  });
  #retry: NodeJS.Timeout | undefined;

  constructor(options: KeptKernelOptions) {
    const { launch, folder, log, wasOver, schedule } = options;
    this.#options = options;
    this.#launch = launch;
    this.#isOver = wasOver;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#spool = new Spool({
      folder: join(folder, 'spool'),
      log,
      onBlocked: (reason) => this.#blocked(reason),
    });
    this.outbox = new Outbox({ spool: this.#spool, log, schedule });
    this.handedOver = new HandedOver(join(folder, 'handed-over'), log);
  }

  /** As it is started again. */
  get launch(): LaunchRequest {
    return this.#launch;
  }

  /** What the kernel's launcher calls. */
  get listener(): KernelListener {
    return {
      message: (message) => this.#heard(message),
      lifecycle: (event) => this.became(event),
    };
  }

  get state(): KernelState {
    const { kernelId } = this.launch;
    const kernel = this.#isOver ? null : this.#kernel;
    return {
      kernelId,
      pid: kernel?.pid ?? null,
      connectionFile: kernel?.connectionFile ?? null,
      isOver: this.#isOver,
    };
  }

  get spoolBytes(): number {
    return this.#spool.bytes;
  }

  /** Why it stands still. */
  get pausedFor(): SpoolBlock | null {
    return this.#spool.blocked;
  }

  /** Null where nobody can tell: it stands still, or has no process. */
  async beats(): Promise<boolean | null> {
    return this.state.pid === null || this.pausedFor !== null ? null : this.kernel.beats();
  }

  /** It is over, and the server has recorded all that it said. */
  get isDone(): boolean {
    return this.#isOver && this.outbox.unacknowledged === 0;
  }

  /** @throws KernelError KERNEL_DEAD */
  get kernel(): DetachableKernel {
    if (this.#kernel === null || this.#isOver) throw new KernelError('KERNEL_DEAD', 'the kernel is dead');
    return this.#kernel;
  }

  /** When it was last heard by whoever had it before; null where it was not. */
  get foundFrom(): Date | null {
    return this.#spool.foundFrom;
  }

  run(kernel: DetachableKernel): void {
    this.#kernel = kernel;
    if (this.#spool.blocked !== null) kernel.pause();
    this.tellState();
  }

  /**
   * Runs a kernel that another supervisor had. Once it has done what it was sent before, executions without a reply were
   * answered while nobody listened.
   */
  runAgain(kernel: DetachableKernel): void {
    this.run(kernel);
    this.#findMissedReplies(kernel);
  }

  #findMissedReplies(kernel: DetachableKernel): void {
    const { unanswered } = this.handedOver;
    void kernel.finished().then((isFinished) => {
      const still = new Set(this.handedOver.unanswered);
      const messageIds = unanswered.filter((id) => still.has(id));
      if (!isFinished || messageIds.length === 0) return;
      this.became({ kind: 'replies-missed', messageIds });
    });
  }

  /** What is somebody's already is left so. */
  assign(assignment: KernelAssignment): void {
    if (this.#launch.isSpare !== true || this.#isOver) return;
    this.#launch = assigned(this.#launch, assignment);
    try {
      writeLaunch(this.#options.folder, this.#launch);
      this.#kernel?.assign?.(assignment);
    } catch (error) {
      const { kernelId } = this.#launch;
      const { message: reason } = error as Error;
      this.#options.log.warn(
        { kernelId, reason },
        'whose a kernel is cannot be kept for the next supervisor',
      );
    }
  }

  /** Interrupts, restarts or ends it; it is not stopped again meanwhile. */
  async change(what: (kernel: DetachableKernel) => Promise<void>): Promise<void> {
    this.#changes += 1;
    try {
      await what(this.kernel);
    } finally {
      this.#changes -= 1;
    }
  }

  became(event: KernelLifecycleEvent): void {
    if (this.#isClosed) return;
    if (event.kind === 'gave-up') this.over();
    if (event.kind === 'died') this.#forgetAllBut(event.waiting);
    if (event.kind === 'replies-missed') for (const id of event.messageIds) this.handedOver.answered(id);
    // Before the entry, which goes out at the end of this turn.
    this.tellState();
    this.outbox.append({ kind: 'lifecycle', event });
    // Its holder has lost and found it again.
    if (event.kind === 'reattached' && this.#kernel !== null) this.#findMissedReplies(this.#kernel);
  }

  /** It says nothing more. What it said stays until it is acknowledged, also for the next supervisor. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      writeFileSync(join(this.#options.folder, OVER), '');
    } catch (error) {
      const { kernelId } = this.launch;
      this.#options.log.warn(
        { kernelId, reason: (error as Error).message },
        'the end of a kernel is not noted',
      );
    }
    this.tellState();
  }

  tellState(): void {
    const state = this.state;
    const told = this.#told;
    if (
      told?.pid === state.pid &&
      told.connectionFile === state.connectionFile &&
      told.isOver === state.isOver
    )
      return;
    this.#told = state;
    this.#options.onState(state);
  }

  /**
   * Hands a message to the kernel, unless it had it before.
   * @throws KernelError as `Kernel.send` does; the message is not sent then
   */
  take(clientId: string, { number, body }: SentBytes<Buffer>): void {
    if (number <= this.handedOver.lastOf(clientId)) return;
    const message = this.#messages.read(body);
    const { channel, header } = message;
    const isExecution = channel === 'shell' && header.msg_type === 'execute_request';
    this.handedOver.note(clientId, number, header.msg_id, isExecution);
    try {
      this.kernel.send(message);
    } catch (error) {
      this.handedOver.answered(header.msg_id);
      throw error;
    }
  }

  /** Lets go of its files. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.outbox.flush();
    this.#isClosed = true;
    clearInterval(this.#retry);
    this.#lag.close();
    this.#spool.close();
    this.handedOver.close();
  }

  /** After `close`. */
  remove(): void {
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  #heard(message: KernelMessage): void {
    if (this.#isClosed) return;
    for (const part of printedParts(message)) this.outbox.append({ kind: 'message', message: part });
    if ((message.frames[3]?.byteLength ?? 0) > LARGE_MESSAGE) setImmediate(giveBackMemory);
    if (message.channel === 'iopub') this.#lag.heard(message);
    if (message.channel === 'shell' && message.header.msg_type === 'execute_reply' && message.parentHeader)
      this.handedOver.answered(message.parentHeader.msg_id);
  }

  /** What it says cannot be kept, or can be again: it stands still in between (I5). */
  #blocked(reason: SpoolBlock | null): void {
    clearInterval(this.#retry);
    this.#options.log.warn(
      { kernelId: this.launch.kernelId, reason },
      reason === null ? 'a kernel goes on' : 'a kernel is stopped',
    );
    if (reason === null) {
      this.#kernel?.resume();
      return this.became({ kind: 'continued' });
    }
    this.#kernel?.pause();
    this.#retry = setInterval(() => {
      if (this.#spool.blocked === 'disk-full') this.#spool.retry();
      // Interrupts and restarts continue it.
      if (this.#spool.blocked !== null && this.#changes === 0) this.#kernel?.pause();
    }, RETRY);
    this.became({ kind: 'paused', reason });
  }

  #forgetAllBut(waiting: ReadonlySet<string>): void {
    for (const id of this.handedOver.unanswered) if (!waiting.has(id)) this.handedOver.answered(id);
  }
}
