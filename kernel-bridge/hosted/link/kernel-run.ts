import type { HostedMessage } from '../hosted-message.ts';
import type { KernelSays } from '../host-protocol.ts';
import { HostedError } from './hosted-error.ts';
import type { HostedLaunch, KernelProcess, ProcessEnd, StartKernel } from './kernel-process.ts';
import { type HostedHeader, readHeader, seemsOf } from './message-header.ts';
import { PrintedTogether } from './printed-together.ts';

/** Not called any more once the run was ended. */
export interface KernelRunListener {
  message(message: HostedMessage): void;
  loading(text: string, done: number | null): void;
  /** It has answered our kernel_info_request. */
  ready(info: Readonly<Record<string, unknown>>): void;
  /** It can never be ready. */
  failed(why: string): void;
  ended(how: ProcessEnd): void;
  busy(isBusy: boolean): void;
}

/** For its answer to `shutdown_request`; milliseconds. */
const PATIENCE = 1000;
/** In characters. */
const LOG_TAIL = 4096;
/** More than a person's client lets wait. */
const MOST_UNANSWERED = 10_000;

/** One process of a kernel: asked what it is, spoken to, and asked to end. */
export class KernelRun {
  readonly process: KernelProcess;
  /** Resolves with its first word, or its end. */
  readonly hasSpoken: Promise<void>;
  readonly #listener: KernelRunListener;
  readonly #startedAt = Date.now();
  readonly #busyBefore: number;
  #state: 'loading' | 'asked' | 'ready' | 'ended' = 'loading';
  /** Ids of our own requests: what they cause is delivered to nobody (R2). */
  readonly #own = new Set<string>();
  readonly #unanswered = new Set<string>();
  readonly #printed = new PrintedTogether((message) => this.#listener.message(message));
  #busySince: number | null = null;
  #logged = '';
  #readyAt: number | null = null;
  #busyTime = 0;
  #tellSpoken: () => void = () => undefined;
  #onShutdownReply: (() => void) | null = null;

  constructor(
    launch: HostedLaunch,
    startKernel: StartKernel,
    busyBefore: number,
    listener: KernelRunListener,
  ) {
    this.#listener = listener;
    this.#busyBefore = busyBefore;
    this.hasSpoken = new Promise((resolve) => (this.#tellSpoken = resolve));
    this.process = startKernel(launch, {
      says: (said) => this.#hear(said),
      ended: (how) => this.#ended(how),
    });
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  get isBusy(): boolean {
    return this.#busySince !== null || this.#unanswered.size > 0;
  }

  /** In milliseconds, from when it was ready: how long it loads says nothing of how well it lives. */
  get lifetime(): number {
    return this.#readyAt === null ? 0 : Date.now() - this.#readyAt;
  }

  /** In seconds. */
  get busyTime(): number {
    const now = this.#busySince === null ? 0 : Date.now() - this.#busySince;
    return this.#busyBefore + (this.#busyTime + now) / 1000;
  }

  /** @throws HostedError KERNEL_OVERLOADED */
  send(message: HostedMessage, { msg_id, msg_type }: HostedHeader): void {
    if (message.channel === 'shell' && msg_type.endsWith('_request')) {
      if (this.#unanswered.size >= MOST_UNANSWERED)
        throw new HostedError('KERNEL_OVERLOADED', 'the kernel is busy, and too much waits for it');
      this.#unanswered.add(msg_id);
    }
    this.process.post({ type: 'message', message });
  }

  /** @returns false where a running cell cannot be */
  interrupt(): boolean {
    if (!this.process.canInterrupt) return false;
    this.resume();
    this.process.interrupt();
    return true;
  }

  pause(): void {
    if (this.process.canPause) this.process.pause();
  }

  resume(): void {
    if (this.process.canPause) this.process.resume();
  }

  /** Resolves when it has said that it ends, or does not say so soon, or cannot hear it. */
  async askToEnd(isRestart: boolean): Promise<void> {
    if (this.#state !== 'ready' || (this.isBusy && !this.interrupt())) return;
    this.resume();
    await new Promise<void>((resolve) => {
      this.#onShutdownReply = resolve;
      this.#request('control', 'shutdown_request', { restart: isRestart });
      setTimeout(resolve, PATIENCE);
    });
  }

  /** Idempotent. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#printed.end();
    this.#busyTime = (this.busyTime - this.#busyBefore) * 1000;
    this.#busySince = null;
    this.#state = 'ended';
    this.process.end();
    this.#tellSpoken();
    this.#onShutdownReply?.();
  }

  /** The last lines that it wrote besides what its cells print. */
  get logged(): string {
    return this.#logged;
  }

  #ended(how: ProcessEnd): void {
    if (this.#state === 'ended') return;
    // It was asked to.
    if (this.#onShutdownReply !== null) this.#onShutdownReply();
    else this.#listener.ended(how);
  }

  #hear(said: KernelSays): void {
    if (this.#state === 'ended') return;
    this.#tellSpoken();
    switch (said.type) {
      case 'progress':
        if (this.#state === 'loading') this.#listener.loading(said.text, said.done);
        return;
      case 'ready':
        if (this.#state !== 'loading') return;
        this.#state = 'asked';
        this.#own.add(this.#idOf('kernel_info_request'));
        this.#request('shell', 'kernel_info_request', {});
        return;
      case 'failed':
        return this.#listener.failed(`${said.message} ${said.remedy}`.trim());
      case 'ended':
        return this.#ended({
          why: said.failure ?? 'It ended by itself, as `exit()` has it.',
          isOutOfMemory: false,
        });
      case 'log':
        this.#logged = `${this.#logged}${said.text}\n`.slice(-LOG_TAIL);
        return;
      case 'message':
        return this.#message(said.message);
    }
  }

  #message(message: HostedMessage): void {
    if (this.#own.size > 0 && this.#isOwn(message)) return;
    this.#printed.add(message);
    const { channel, header, parentHeader } = message;
    if (channel === 'iopub') {
      if (seemsOf(header, 'status')) this.#look(message);
      return;
    }
    const parent = readHeader(parentHeader);
    if (channel === 'shell' && parent !== null) this.#unanswered.delete(parent.msg_id);
    if (channel === 'control' && seemsOf(header, 'shutdown_reply')) this.#onShutdownReply?.();
  }

  #isOwn({ channel, header, parentHeader, content }: HostedMessage): boolean {
    const parent = readHeader(parentHeader);
    if (parent === null || !this.#own.has(parent.msg_id)) return false;
    if (channel === 'shell' && this.#state === 'asked') {
      this.#state = 'ready';
      this.#readyAt = Date.now();
      this.#listener.ready(readObject(content));
    }
    if (channel === 'iopub' && seemsOf(header, 'status') && seemsOf(content, 'idle'))
      this.#own.delete(parent.msg_id);
    return true;
  }

  #look({ content }: HostedMessage): void {
    const isBusy = seemsOf(content, 'busy');
    if (isBusy === (this.#busySince !== null)) return;
    if (this.#busySince !== null) this.#busyTime += Date.now() - this.#busySince;
    this.#busySince = isBusy ? Date.now() : null;
    this.#listener.busy(isBusy);
  }

  #idOf(type: string): string {
    return `host-${type}-${this.#startedAt}`;
  }

  #request(channel: 'shell' | 'control', type: string, content: object): void {
    const header = {
      msg_id: this.#idOf(type),
      msg_type: type,
      session: 'host',
      username: '',
      date: new Date().toISOString(),
      version: '5.4',
    };
    const message: HostedMessage = {
      channel,
      header: JSON.stringify(header),
      parentHeader: '{}',
      metadata: '{}',
      content: JSON.stringify(content),
      buffers: [],
    };
    this.process.post({ type: 'message', message });
  }
}

function readObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // NaN, which Python's json writes; a kernel that answers is ready all the same.
  }
}
