import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { DialIn } from '../far/dial-in.ts';
import { FarSupervisor } from '../far/far-supervisor.ts';
import {
  KernelError,
  type KernelExit,
  type KernelLifecycleEvent,
  type LaunchRequest,
  UNSEEN_EXIT,
} from '../kernel.ts';
import { dead } from '../life/dead.ts';
import { HeldMessages } from '../life/held-messages.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { SupervisedKernel, SupervisedKernelListener } from '../supervisor/kernel-supervisor.ts';
import { isPodOver, podWarning } from './pod-end.ts';
import { podWait } from './pod-wait.ts';

/** In milliseconds. */
export interface PodTimes {
  /** An image that cannot be pulled for so long is given up: people may mend the registry meanwhile. */
  readonly image: number;
  /** A container that runs has so long to dial in. */
  readonly dialIn: number;
  /** A kernel that is asked to end has so long; then its pod is deleted with it. */
  readonly ending: number;
}

/** The pod of one kernel, as the kernel needs it. */
export interface HeldPod {
  /** Why it ended, as far as the cluster tells. Reads what it printed last. Never rejects. */
  explain(pod: V1Pod | null, isDeleted: boolean): Promise<KernelExit>;
  /** What its container printed last; null where it cannot be had. */
  log(): Promise<string | null>;
  /** Deletes pod and Secret, and forgets the kernel. Never rejects. */
  remove(): Promise<void>;
  /** It waits no more: why it did need not be heard any longer. */
  held(): void;
}

export interface PodKernelPlan {
  /** As the server made it. */
  readonly request: LaunchRequest;
  /** The same, as it is meant in the pod. */
  readonly requestThere: LaunchRequest;
  readonly listener: SupervisedKernelListener;
  /** The last position that is recorded. */
  readonly after: number;
  /** Its alone: whether its supervisor has started it is written down there. */
  readonly folder: string;
  readonly dialIn: DialIn;
  /** Where it dials in, as the pod is told; not known yet while the server starts. */
  readonly address: () => string;
  readonly pod: HeldPod;
  readonly log: KernelLog;
  readonly times: PodTimes;
}

type State =
  /** Its supervisor has never dialled in. */
  | { readonly kind: 'expected'; readonly messages: HeldMessages }
  /** Its supervisor dials in whenever it can. */
  | { readonly kind: 'held'; readonly kernel: SupervisedKernel }
  | { readonly kind: 'over' };

/** A kernel in a pod of its own, whose supervisor dials in. It is there before its pod is. */
export class PodKernel implements SupervisedKernel {
  readonly id: string;
  readonly specName: string;
  readonly request: LaunchRequest;
  readonly connectionFile = null;
  readonly #plan: PodKernelPlan;
  readonly #known: Promise<SupervisedKernel>;
  #settle: { resolve(kernel: SupervisedKernel): void; reject(error: Error): void };
  #state: State = { kind: 'expected', messages: new HeldMessages() };
  readonly #far: FarSupervisor;
  #isLaunching = false;
  #acknowledged: number;
  /** Position of the last that it will ever say. */
  #last: number | null = null;
  #saidWaiting: string | null = null;
  #saidWarning: string | null = null;
  #event: CoreV1Event | null = null;
  #pod: V1Pod | null = null;
  #timer: { readonly what: 'image' | 'dial-in'; readonly timer: NodeJS.Timeout } | null = null;
  #isEnding = false;
  #isReleased = false;
  #removed: Promise<void> | null = null;
  #shutdown: Promise<void> | null = null;

  constructor(plan: PodKernelPlan) {
    this.#plan = plan;
    this.id = plan.request.kernelId;
    this.specName = plan.request.kernelspec.name;
    this.request = plan.request;
    this.#acknowledged = plan.after;
    const { promise, resolve, reject } = Promise.withResolvers<SupervisedKernel>();
    this.#known = promise;
    this.#settle = { resolve, reject };
    // Whoever asks for it hears of it.
    promise.catch(() => undefined);
    this.#far = new FarSupervisor({
      folder: plan.folder,
      title: 'The pod of this kernel',
      log: plan.log,
      connect: plan.dialIn.connect,
      isAlwaysNeeded: true,
      awayReason: 'it has not dialled in',
      // The one who is told has the connection in hand a moment later.
      onReach: ({ state }) => {
        if (state === 'reached') setImmediate(() => void this.#dialledIn());
      },
    });
    if (this.#far.found.length > 0) this.#hold(this.#far.adopt(this.id, plan.after, this.#listener()));
  }

  /** No process of this machine. */
  get pid(): null {
    return null;
  }

  /** Whether it waits for its pod, whose events then say why. */
  get isExpected(): boolean {
    return this.#state.kind === 'expected';
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#known).ready();
  }

  send(message: KernelMessage): void {
    if (this.#state.kind === 'over') throw dead();
    if (this.#state.kind === 'held') this.#state.kernel.send(message);
    else this.#state.messages.add(message);
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return this.#far.usage();
  }

  async interrupt(): Promise<void> {
    await (await this.#known).interrupt();
  }

  async restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    await (await this.#known).restart(options);
  }

  async handedOver(): Promise<readonly string[] | null> {
    return (await this.#known).handedOver();
  }

  acknowledge(position: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, position);
    if (this.#state.kind === 'held') this.#state.kernel.acknowledge(position);
    if (this.#last !== null && position >= this.#last) void this.#remove();
  }

  shutdown(options: { readonly now?: boolean } = {}): Promise<void> {
    this.#shutdown ??= this.#end(options);
    return this.#shutdown;
  }

  /** The pod is so now. */
  podChanged(pod: V1Pod): void {
    this.#pod = pod;
    if (this.#isOver) return;
    if (isPodOver(pod)) return void this.#podEnded(false);
    this.#warn(podWarning(pod));
    this.#look();
  }

  podDeleted(pod: V1Pod | null): void {
    this.#pod = pod ?? this.#pod;
    if (!this.#isOver) void this.#podEnded(true);
  }

  podEvent(event: CoreV1Event): void {
    this.#event = event;
    this.#look();
  }

  /** Lets go: it lives on. Idempotent. */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#stopTimer();
    await this.#far.close();
    if (this.#state.kind === 'expected') this.#settle.reject(letGo());
    await this.#removed;
  }

  get #isOver(): boolean {
    return this.#isEnding || this.#isReleased || this.#state.kind === 'over';
  }

  async #dialledIn(): Promise<void> {
    // Its container runs: a pod that is silent from now on is away, and not missing.
    this.#stopTimer();
    if (this.#isOver || !this.isExpected || this.#isLaunching || !this.#far.isReached) return;
    this.#isLaunching = true;
    try {
      this.#hold(await this.#far.launch(this.#plan.requestThere, this.#listener()));
    } catch (error) {
      const explanation = `it could not be started in its pod: ${(error as Error).message}`;
      await this.#fail({ ...UNSEEN_EXIT, explanation });
    }
  }

  #hold(kernel: SupervisedKernel): void {
    if (this.#isOver || this.#state.kind !== 'expected') return;
    const { messages } = this.#state;
    this.#state = { kind: 'held', kernel };
    this.#plan.pod.held();
    kernel.acknowledge(this.#acknowledged);
    this.#wait(null);
    for (const message of messages) kernel.send(message);
    this.#settle.resolve(kernel);
  }

  #listener(): SupervisedKernelListener {
    const { listener } = this.#plan;
    return {
      message: (message, position) => listener.message(message, position),
      lifecycle: (event, position) => {
        // Its pod is kept until that is recorded.
        if (event.kind === 'gave-up') this.#last = position;
        listener.lifecycle(event, position);
      },
      refused: (message, error) => listener.refused(message, error),
    };
  }

  /** Says why it waits, and gives up what will never be. */
  #look(): void {
    if (this.#pod === null || !this.isExpected || this.#isOver) return;
    const { image, dialIn } = this.#plan.times;
    const wait = podWait(this.#pod, this.#event);
    if (wait === null) {
      this.#wait('The container of this kernel runs, and is expected to dial in.');
      this.#giveUpAfter('dial-in', dialIn, () => void this.#neverDialledIn());
    } else {
      this.#wait(wait.text);
      const explanation = `its pod could not be started. ${wait.text}`;
      const giveUp = (): void => void this.#fail({ ...UNSEEN_EXIT, explanation });
      if (wait.trouble === 'hopeless') giveUp();
      else if (wait.trouble === 'image') this.#giveUpAfter('image', image, giveUp);
      else this.#stopTimer();
    }
  }

  async #neverDialledIn(): Promise<void> {
    const stderrTail = (await this.#plan.pod.log()) ?? '';
    const seconds = Math.round(this.#plan.times.dialIn / 1000);
    const explanation = `its pod runs, but has not dialled in within ${seconds} s. Can pods reach ${this.#plan.address()}? Is In the Loop in the image?`;
    await this.#fail({ ...UNSEEN_EXIT, stderrTail, explanation });
  }

  async #podEnded(isDeleted: boolean): Promise<void> {
    this.#isEnding = true;
    this.#stopTimer();
    await this.#died(await this.#plan.pod.explain(this.#pod, isDeleted));
  }

  async #fail(exit: KernelExit): Promise<void> {
    if (this.#isOver) return;
    this.#isEnding = true;
    this.#stopTimer();
    await this.#died(exit);
  }

  async #died(exit: KernelExit): Promise<void> {
    if (this.#isReleased) return;
    // Its own last words came first, if it had any: then it is over already.
    if (this.#last === null) {
      this.#say({ kind: 'died', exit, waiting: new Set() });
      this.#say({ kind: 'gave-up', exit });
    }
    await this.#remove();
  }

  async #end({ now = false }: { readonly now?: boolean }): Promise<void> {
    if (this.#state.kind === 'held') {
      const { ending } = this.#plan.times;
      const kernel = this.#state.kernel;
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, ending)));
      // One that cannot be asked ends with its pod.
      await Promise.race([kernel.shutdown({ now }).catch(() => undefined), tooLong]);
      clearTimeout(timer);
    }
    this.#isEnding = true;
    this.#stopTimer();
    await this.#remove();
  }

  #remove(): Promise<void> {
    this.#removed ??= this.#takeAway();
    return this.#removed;
  }

  async #takeAway(): Promise<void> {
    this.#isEnding = true;
    if (this.isExpected) this.#settle.reject(dead());
    this.#state = { kind: 'over' };
    this.#plan.dialIn.close();
    await this.#far.close();
    await this.#plan.pod.remove();
  }

  #wait(text: string | null): void {
    if (text === this.#saidWaiting) return;
    this.#saidWaiting = text;
    this.#say({ kind: 'waiting', text });
  }

  #warn(text: string | null): void {
    if (text === this.#saidWarning) return;
    this.#saidWarning = text;
    if (text !== null) this.#say({ kind: 'warned', text });
  }

  #say(event: KernelLifecycleEvent): void {
    this.#plan.listener.lifecycle(event, null);
  }

  #giveUpAfter(what: 'image' | 'dial-in', milliseconds: number, giveUp: () => void): void {
    if (this.#timer?.what === what) return;
    this.#stopTimer();
    this.#timer = { what, timer: setTimeout(giveUp, milliseconds) };
  }

  #stopTimer(): void {
    clearTimeout(this.#timer?.timer);
    this.#timer = null;
  }
}

function letGo(): KernelError {
  return new KernelError('KERNEL_SUPERVISOR_LOST', 'the server has let go of its kernels');
}
