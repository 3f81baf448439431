import type { HostedMessage } from '../hosted-message.ts';
import type { KernelState } from './down.ts';
import { sizeLifecycle, sizeMessage } from './entry-record.ts';
import { HandedOver } from './handed-over.ts';
import type { HostLog } from './host.ts';
import type { HostObserver } from './host-observer.ts';
import { HostedError } from './hosted-error.ts';
import { KernelLife } from './kernel-life.ts';
import type { HostedLaunch, StartKernel } from './kernel-process.ts';
import { exitFor, type HostedLifecycle } from './lifecycle.ts';
import { readMessage } from './message-frames.ts';
import { readHeader, seemsOf } from './message-header.ts';
import { type EntrySink, Outbox, type OutboxBounds, type SpoolBlock } from './outbox.ts';
import { printedParts } from './printed-parts.ts';
import type { SentBytes } from '../codec/sent-message.ts';
import type { Spool } from './spool.ts';

export interface HostedKernelOptions {
  readonly kernelId: string;
  /** What the server asked for, without its environment after this. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly spool: Spool;
  readonly log: HostLog;
  readonly observer: HostObserver;
  /** The last position of an earlier life; 0 for a new kernel. */
  readonly last: number;
  readonly bounds?: Partial<OutboxBounds>;
  onState(state: KernelState): void;
}

/** Between attempts to keep what there was no room for: nothing tells when there is some. In milliseconds. */
const RETRY = 1000;
/** In milliseconds. */
const TELL_UNSHARED = 200;

/** One kernel of a host: what it says goes into its outbox, what it is sent is handed over once. */
export class HostedKernel {
  readonly kernelId: string;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly outbox: Outbox;
  readonly handedOver = new HandedOver();
  readonly #options: HostedKernelOptions;
  #life: KernelLife | null = null;
  #isOver = false;
  #isClosed = false;
  #isPressed = false;
  #why = '';
  #retry: ReturnType<typeof setInterval> | undefined;
  #toldUnshared = 0;
  #unsharedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HostedKernelOptions) {
    const { kernelId, asked } = options;
    this.#options = options;
    this.kernelId = kernelId;
    // Variables may be secrets, and nobody asks for them again (I10).
    this.asked = { ...asked, environment: {} };
    this.outbox = new Outbox({
      ...options,
      launch: this.asked,
      onBlocked: (reason) => this.#blocked(reason),
      onPressure: (isHigh) => this.#pressed(isHigh),
      onUnshared: (count) => this.#unsharedNow(count),
    });
  }

  get state(): KernelState {
    return { kernelId: this.kernelId, pid: null, connectionFile: null, isOver: this.#isOver };
  }

  /** Of its kernelspec. */
  get name(): string {
    const { kernelspec } = this.asked as { kernelspec?: { name?: unknown } };
    return typeof kernelspec?.name === 'string' ? kernelspec.name : '';
  }

  /** It is over, and the server has recorded all that it said. */
  get isDone(): boolean {
    return this.#isOver && this.outbox.unacknowledged === 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws HostedError KERNEL_DEAD */
  get life(): KernelLife {
    if (this.#life === null || this.#isOver) throw new HostedError('KERNEL_DEAD', 'the kernel is dead');
    return this.#life;
  }

  /** Null where the engine does not tell. */
  get usage(): { readonly memory: number; readonly cpuTime: number } | null {
    const memory = this.#life?.memory ?? null;
    return memory === null ? null : { memory, cpuTime: this.#life?.busyTime ?? 0 };
  }

  run(launch: HostedLaunch, startKernel: StartKernel): void {
    const { observer } = this.#options;
    this.outbox.open();
    this.#life = new KernelLife(launch, startKernel, {
      message: (message) => this.#say(message),
      became: (event) => this.#became(event),
      state: (state) => observer.stateChanged(this.kernelId, state),
    });
  }

  attach(sink: EntrySink, after: number, acknowledged: number): void {
    const isBeyond = after > this.outbox.last;
    this.outbox.attach(sink, after, acknowledged);
    // Storage lost the end of what the server knows: that it is over must come behind it.
    if (isBeyond && this.#isOver) this.#append({ kind: 'gave-up', exit: exitFor(this.#why) });
  }

  /** An earlier page had it. @param why for people; null where it was over by then */
  wasLeft(why: string | null): void {
    this.#isOver = true;
    this.#why = why ?? 'It ended before.';
    if (why !== null) {
      const exit = { ...exitFor(why), isNotRestarted: true } as const;
      this.#append({ kind: 'died', exit, waiting: [] });
      this.#append({ kind: 'gave-up', exit });
    }
    this.outbox.over();
    this.#tellUnshared();
  }

  /**
   * Hands a message to the kernel, unless it had it before.
   * @throws HostedError as `KernelLife.send`; MalformedError: the message is not sent then
   */
  take(clientId: string, { number, body }: SentBytes<Uint8Array>): void {
    if (number <= this.handedOver.lastOf(clientId)) return;
    this.handedOver.note(clientId, number);
    this.#send(readMessage(body));
  }

  /** Keeps an execution as an entry, before what comes of it. What somebody types for it is the kernel's alone. @throws HostedError */
  ask(request: HostedMessage): void {
    const { life } = this;
    const header = readHeader(request.header);
    if (request.channel === 'stdin' && header?.msg_type === 'input_reply') return life.send(request);
    if (request.channel !== 'shell' || header?.msg_type !== 'execute_request')
      throw new HostedError('KERNEL_MESSAGE_INVALID', 'only executions are asked for in this page');
    this.outbox.append(sizeMessage(request), false);
    life.send(request);
  }

  /** It says nothing more. What it said stays until it is acknowledged. */
  over(why: string): void {
    if (this.#isOver) return;
    this.#life?.end(why);
    this.#isOver = true;
    this.#why = why;
    this.outbox.over();
    this.#options.onState(this.state);
  }

  /** Its page goes away: what is kept stays. Idempotent. */
  close(): void {
    this.#stop();
    this.outbox.close();
  }

  remove(): void {
    this.#stop();
    this.outbox.remove();
    this.#options.observer.stateChanged(this.kernelId, null);
  }

  #stop(): void {
    this.#isClosed = true;
    clearInterval(this.#retry);
    clearTimeout(this.#unsharedTimer);
    this.#life?.end('The page that ran it was closed.');
  }

  #send(message: HostedMessage): void {
    this.life.send(message);
    const header = readHeader(message.header);
    if (header !== null) this.handedOver.noteId(header.msg_id);
  }

  #say(message: HostedMessage): void {
    if (this.#isClosed) return;
    const mayBeLost = message.channel === 'iopub' && !seemsOf(message.header, 'status');
    try {
      for (const part of printedParts(message)) this.outbox.append(sizeMessage(part), mayBeLost);
    } catch (error) {
      const { kernelId, log } = this.#options;
      log.warn({ kernelId, reason: (error as Error).message }, 'a kernel said something that cannot be kept');
      this.#append({ kind: 'warned', text: 'The kernel said something that is too long to be kept.' });
    }
    this.#options.observer.message(this.kernelId, message);
  }

  #became(event: HostedLifecycle): void {
    if (this.#isClosed) return;
    this.#append(event);
    if (event.kind === 'gave-up') this.over(event.exit.explanation);
  }

  #append(event: HostedLifecycle): void {
    this.outbox.append(sizeLifecycle(event), false);
  }

  /** What it says cannot be kept, or can be again: it stands still in between, where it can (I5). */
  #blocked(reason: SpoolBlock | null): void {
    clearInterval(this.#retry);
    const { kernelId, log } = this.#options;
    log.warn(
      { kernelId, reason },
      reason === null ? 'a kernel goes on' : 'there is no room for what a kernel says',
    );
    this.#pauseOrResume();
    if (reason !== null) this.#retry = setInterval(() => this.#tryAgain(), RETRY);
    if (this.#isOver || this.#life?.canPause !== true) return;
    this.#append(reason === null ? { kind: 'continued' } : { kind: 'paused', reason });
  }

  #tryAgain(): void {
    if (this.outbox.blocked === 'disk-full') this.outbox.retry();
    // Interrupts and restarts continue it.
    this.#pauseOrResume();
  }

  #pressed(isHigh: boolean): void {
    this.#isPressed = isHigh;
    this.#pauseOrResume();
  }

  /** What comes and is recorded at once is not worth a word: that all is shared is told when it stays so. */
  #unsharedNow(count: number): void {
    if (count > 0 && this.#toldUnshared === 0) this.#tellUnshared();
    else if (count !== this.#toldUnshared)
      this.#unsharedTimer ??= setTimeout(() => this.#tellUnshared(), TELL_UNSHARED);
  }

  #tellUnshared(): void {
    clearTimeout(this.#unsharedTimer);
    this.#unsharedTimer = undefined;
    const count = this.outbox.unacknowledged;
    if (count === this.#toldUnshared) return;
    this.#toldUnshared = count;
    this.#options.observer.unshared(this.kernelId, count);
  }

  #pauseOrResume(): void {
    if (this.#isOver) return;
    if (this.#isPressed || this.outbox.blocked !== null) this.#life?.pause();
    else this.#life?.resume();
  }
}
