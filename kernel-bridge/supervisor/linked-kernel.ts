import {
  assigned,
  type KernelAssignment,
  KernelError,
  type KernelExit,
  type KernelLifecycleEvent,
  type LaunchRequest,
  UNSEEN_EXIT,
} from '../kernel.ts';
import { dead } from '../life/dead.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { SupervisedKernel, SupervisedKernelListener } from './kernel-supervisor.ts';
import { type Down, errorFrom, type KernelState, type LinkedError } from './link/down.ts';
import type { Entry } from './link/entry.ts';
import { encodeSentMessage } from './link/sent-message.ts';
import type { Up, UpRequest } from './link/up.ts';
import { UnsentMessages } from './unsent-messages.ts';

export type AnswerMessage = Extract<Down, { type: 'answer' }>;

/** The way to the supervisor, as a kernel uses it. */
export interface KernelLink {
  /** Goes nowhere while there is no connection: it is said again when there is one. */
  say(message: Up): void;
  write(frame: Buffer): void;
  /** @throws KernelError as the supervisor answers; KERNEL_SUPERVISOR_LOST */
  request(request: UpRequest): Promise<AnswerMessage>;
  /** @throws KernelError KERNEL_SUPERVISOR_LOST if nothing that is sent will be handed over */
  assertReachable(): void;
}

/** Acknowledgements wait for more of them, for so many milliseconds: the window is wide. */
const ACKNOWLEDGE_AFTER = 20;
/** What a kernel said before an answer comes before it, but a listener that takes nothing is not waited for. */
const PATIENCE = 5000;

/** One kernel of the supervisor, in the server. */
export class LinkedKernel implements SupervisedKernel {
  readonly id: string;
  readonly #link: KernelLink;
  readonly #listener: SupervisedKernelListener;
  readonly #unsent = new UnsentMessages();
  #request: LaunchRequest;
  /** Said on each connection: the one before may have broken before it was heard. */
  #assignment: KernelAssignment | null = null;
  #state: KernelState;
  #heard: number;
  #acknowledged: number;
  #acknowledgeTimer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(
    link: KernelLink,
    launch: LaunchRequest,
    state: KernelState,
    after: number,
    listener: SupervisedKernelListener,
  ) {
    this.id = launch.kernelId;
    this.#request = launch;
    this.#link = link;
    this.#state = state;
    this.#heard = after;
    this.#acknowledged = after;
    this.#listener = listener;
  }

  get request(): LaunchRequest {
    return this.#request;
  }

  get specName(): string {
    return this.request.kernelspec.name;
  }

  get pid(): number | null {
    return this.#state.pid;
  }

  get connectionFile(): string | null {
    return this.#state.connectionFile;
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    const { result } = await this.#ask({ do: 'ready', kernelId: this.id });
    return result as Record<string, unknown>;
  }

  send(message: KernelMessage): void {
    if (this.#state.isOver) throw dead();
    if (message.channel === 'iopub' || message.frames.length < 4)
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'it is on iopub, or has fewer than four JSON frames');
    this.#link.assertReachable();
    this.#link.write(encodeSentMessage({ kernelId: this.id, ...this.#unsent.add(message) }));
  }

  async interrupt(): Promise<void> {
    await this.#ask({ do: 'interrupt', kernelId: this.id });
  }

  async restart({ sessionPath }: { readonly sessionPath?: string | null } = {}): Promise<void> {
    const path = sessionPath === undefined ? {} : { sessionPath };
    const { last = 0 } = await this.#ask({ do: 'restart', kernelId: this.id, ...path });
    await this.#untilHeard(last);
  }

  async shutdown({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    const { last = 0 } = await this.#link.request({ do: 'shutdown', kernelId: this.id, now });
    this.#state = { ...this.#state, pid: null, isOver: true };
    await this.#untilHeard(last);
  }

  async handedOver(): Promise<readonly string[] | null> {
    const { result } = await this.#ask({ do: 'handed-over', kernelId: this.id });
    return result as readonly string[];
  }

  assign(assignment: KernelAssignment): void {
    this.#request = assigned(this.#request, assignment);
    this.#assignment = assignment;
    this.#link.say({ type: 'assign', kernelId: this.id, assignment });
  }

  acknowledge(position: number): void {
    if (position <= this.#acknowledged) return;
    this.#acknowledged = position;
    this.#acknowledgeTimer ??= setTimeout(() => this.flushAcknowledgement(), ACKNOWLEDGE_AFTER).unref();
  }

  flushAcknowledgement(): void {
    if (this.#acknowledgeTimer === undefined) return;
    clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = undefined;
    this.#link.say({ type: 'acknowledge', kernelId: this.id, position: this.#acknowledged });
  }

  /** There is a new connection, on which the supervisor knows this kernel. */
  linked(): void {
    this.#link.say({
      type: 'attach',
      kernelId: this.id,
      after: this.#heard,
      acknowledged: this.#acknowledged,
    });
    const assignment = this.#assignment;
    if (assignment !== null) this.#link.say({ type: 'assign', kernelId: this.id, assignment });
    for (const unsent of this.#unsent) this.#link.write(encodeSentMessage({ kernelId: this.id, ...unsent }));
  }

  /**
   * Nobody knows what became of it, and it is over.
   * @param explanation for people, in the cells that ran
   */
  lost(explanation?: string): void {
    if (this.#state.isOver) return;
    this.stateChanged({ ...this.#state, pid: null, isOver: true });
    const exit: KernelExit = {
      ...UNSEEN_EXIT,
      isNotRestarted: true,
      ...(explanation !== undefined && { explanation }),
    };
    if (explanation !== undefined) this.#became({ kind: 'died', exit, waiting: new Set() });
    this.#became({ kind: 'gave-up', exit });
  }

  #became(event: KernelLifecycleEvent): void {
    this.entry({ position: this.#heard + 1, kind: 'lifecycle', event });
  }

  get isOver(): boolean {
    return this.#state.isOver;
  }

  /** The last position that the listener got. */
  get heard(): number {
    return this.#heard;
  }

  stateChanged(state: KernelState): void {
    this.#state = state;
  }

  entry(entry: Entry): void {
    const { position } = entry;
    if (position <= this.#heard) return;
    this.#heard = position;
    if (entry.kind === 'message') this.#listener.message(entry.message, position);
    else this.#listener.lifecycle(entry.event, position);
    for (const look of this.#waiting) look();
  }

  handedOverUpTo(number: number): void {
    this.#unsent.settle(number);
  }

  refused(number: number, error: LinkedError): void {
    const message = this.#unsent.settle(number);
    const reason = errorFrom(error);
    if (message !== null)
      this.#listener.refused(
        message,
        reason instanceof KernelError ? reason : new KernelError('KERNEL_MESSAGE_INVALID', reason.message),
      );
  }

  #ask(request: UpRequest): Promise<AnswerMessage> {
    return this.#state.isOver ? Promise.reject(dead()) : this.#link.request(request);
  }

  #untilHeard(position: number): Promise<void> {
    if (this.#heard >= position) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (this.#heard >= position) done();
      };
      const timer = setTimeout(done, PATIENCE);
      this.#waiting.add(look);
    });
  }
}
