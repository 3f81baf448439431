import type { HostedMessage } from '../hosted-message.ts';
import { HeldMessages } from './held-messages.ts';
import type { HostedKernelState } from './host-observer.ts';
import { HostedError } from './hosted-error.ts';
import { KernelRun } from './kernel-run.ts';
import type { HostedLaunch, ProcessEnd, StartKernel } from './kernel-process.ts';
import { exitFor, type HostedExit, type HostedLifecycle } from './lifecycle.ts';
import { readHeader } from './message-header.ts';
import { Readiness } from './readiness.ts';

export interface KernelLifeListener {
  message(message: HostedMessage): void;
  became(event: HostedLifecycle): void;
  state(state: HostedKernelState): void;
}

/** Jupyter's numbers: deaths in a row, and the milliseconds that end the row. */
const RESTART_LIMIT = 5;
const STABLE_AFTER = 10_000;
/** Of a share of its loading, so that watching it load is not a hundred entries. */
const STEPS = 10;

/**
 * One kernel in this engine over the deaths and restarts of its processes: what is sent to it while it loads waits, what
 * becomes of it is told. Keeps E, M, R and D of kernel-bridge/SPEC.md, as far as a browser can.
 */
export class KernelLife {
  readonly #startKernel: StartKernel;
  readonly #listener: KernelLifeListener;
  readonly #readiness = new Readiness();
  readonly #held = new HeldMessages();
  #launch: HostedLaunch;
  #run: KernelRun;
  #over: string | null = null;
  #deaths = 0;
  #waitsFor: string | null = null;
  #isPaused = false;
  #changes: Promise<unknown> = Promise.resolve();
  readonly #onOver = new Set<() => void>();

  constructor(launch: HostedLaunch, startKernel: StartKernel, listener: KernelLifeListener) {
    this.#launch = launch;
    this.#startKernel = startKernel;
    this.#listener = listener;
    this.#run = this.#start();
  }

  get canPause(): boolean {
    return this.#run.process.canPause;
  }

  /** Null where it is not known. */
  get memory(): number | null {
    return this.#over === null ? (this.#run.process.memory ?? null) : null;
  }

  /** In seconds, of all its processes: how long something ran. */
  get busyTime(): number {
    return this.#run.busyTime;
  }

  /** Resolves to the content of its kernel_info_reply. @throws HostedError KERNEL_NOT_READY, KERNEL_DEAD */
  ready(): Promise<Readonly<Record<string, unknown>>> {
    return this.#readiness.wait();
  }

  /** @throws HostedError KERNEL_DEAD, KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: HostedMessage): void {
    this.#assertLiving();
    const header = readHeader(message.header);
    if (message.channel === 'iopub' || header === null)
      throw new HostedError('KERNEL_MESSAGE_INVALID', 'it is on iopub, or has no header');
    if (this.#run.isReady) this.#run.send(message, header);
    else this.#held.add({ message, messageId: header.msg_id });
  }

  /** @throws HostedError KERNEL_DEAD */
  async interrupt(): Promise<void> {
    this.#assertLiving();
    // One that loads runs nothing of anybody's yet.
    if (!this.#run.isReady || this.#run.interrupt()) return;
    if (!this.#run.isBusy) return;
    await this.#inTurn(() => {
      const why =
        'It was interrupted. Running code cannot be interrupted in this browser page, so the kernel was started anew, and its variables are gone. Pages that are cross-origin isolated can do better.';
      if (this.#over === null) this.#died({ why, isOutOfMemory: false }, 'interrupted');
    });
  }

  /**
   * Resolves when another process has said its first word.
   * @throws HostedError KERNEL_DEAD
   */
  async restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    this.#assertLiving();
    await this.#inTurn(async () => {
      this.#assertLiving();
      await Promise.race([this.#run.askToEnd(true), this.#untilOver()]);
      this.#assertLiving();
      this.#run.end();
      // What the old process got, or would have, the new one does not.
      this.#held.take();
      this.#deaths = 0;
      if (options.sessionPath !== undefined)
        this.#launch = { ...this.#launch, sessionPath: options.sessionPath };
      this.#run = this.#start();
      await Promise.race([this.#run.hasSpoken, this.#untilOver()]);
      this.#assertLiving();
    });
  }

  /** Idempotent; wins over a restart in progress. */
  async shutdown(now: boolean): Promise<void> {
    if (!now && this.#over === null) await Promise.race([this.#run.askToEnd(false), this.#untilOver()]);
    this.end('The kernel was shut down.');
  }

  /** At once. Idempotent. */
  end(why: string): void {
    if (this.#over !== null) return;
    this.#over = why;
    this.#run.end();
    this.#held.take();
    this.#readiness.over(dead());
    for (const tell of this.#onOver) tell();
    this.#onOver.clear();
    this.#listener.state({ kind: 'ended', why });
  }

  pause(): void {
    this.#isPaused = true;
    // One that loads says little, and its first word is waited for.
    if (this.#run.isReady) this.#run.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#run.resume();
  }

  #start(): KernelRun {
    this.#readiness.renew();
    const busyBefore = (this.#run as KernelRun | undefined)?.busyTime ?? 0;
    const run: KernelRun = new KernelRun(this.#launch, this.#startKernel, busyBefore, {
      message: (message) => this.#listener.message(message),
      loading: (text, done) => this.#loading(text, done),
      ready: (info) => this.#ready(run, info),
      failed: (why) => this.#died({ why, isOutOfMemory: false }, 'give up'),
      ended: (how) => this.#died(how, 'restart'),
      busy: (isBusy) => this.#listener.state({ kind: isBusy ? 'busy' : 'idle' }),
    });
    return run;
  }

  #loading(text: string, done: number | null): void {
    this.#readiness.patience();
    this.#listener.state({ kind: 'loading', text, done });
    const share = done === null ? '' : `: ${(Math.floor(done * STEPS) / STEPS) * 100} %`;
    this.#waitFor(`${text}${share}`);
  }

  #ready(run: KernelRun, info: Readonly<Record<string, unknown>>): void {
    this.#waitFor(null);
    this.#listener.state({ kind: 'idle' });
    this.#readiness.ready(info);
    for (const { message } of this.#held.take()) {
      const header = readHeader(message.header);
      if (header !== null) run.send(message, header);
    }
    if (this.#isPaused) run.pause();
  }

  #waitFor(text: string | null): void {
    if (text === this.#waitsFor) return;
    this.#waitsFor = text;
    this.#listener.became({ kind: 'waiting', text });
  }

  #died({ why, isOutOfMemory }: ProcessEnd, then: 'restart' | 'interrupted' | 'give up'): void {
    const { lifetime, logged } = this.#run;
    this.#run.end();
    if (then === 'restart') this.#deaths = lifetime >= STABLE_AFTER ? 1 : this.#deaths + 1;
    const isRestarted = then !== 'give up' && this.#deaths <= RESTART_LIMIT;
    const how = { ...exitFor(why, isOutOfMemory), stderrTail: logged };
    const exit: HostedExit = isRestarted ? how : { ...how, isNotRestarted: true };
    this.#waitsFor = null;
    this.#listener.became({ kind: 'died', exit, waiting: isRestarted ? this.#held.ids : [] });
    if (isRestarted) {
      this.#listener.became({ kind: 'autorestarted', pid: null });
      this.#run = this.#start();
      return;
    }
    this.end(why);
    this.#listener.became({ kind: 'gave-up', exit });
  }

  #inTurn(change: () => void | Promise<void>): Promise<void> {
    const result = this.#changes.then(change);
    // Its own caller hears of its failure; the next one must come all the same.
    this.#changes = result.catch(() => undefined);
    return result;
  }

  #untilOver(): Promise<void> {
    if (this.#over !== null) return Promise.resolve();
    return new Promise((resolve) => this.#onOver.add(resolve));
  }

  #assertLiving(): void {
    if (this.#over !== null) throw dead();
  }
}

function dead(): HostedError {
  return new HostedError('KERNEL_DEAD', 'the kernel is dead');
}
