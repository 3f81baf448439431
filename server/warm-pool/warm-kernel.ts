import {
  type KernelAssignment,
  KernelError,
  type KernelLifecycleEvent,
  type LaunchRequest,
} from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type {
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { canMove, moveRequest } from './move-request.ts';

interface Move {
  readonly messageId: string;
  isDone: boolean;
  isIdle: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A kernel that waits does this in some milliseconds; one that does not is started anew. In milliseconds. */
const PATIENCE = 2000;

/** One kernel that nobody has asked for yet. What it says is nobody's, until it is handed over. */
export class WarmKernel {
  readonly id: string;
  readonly request: LaunchRequest;
  readonly #onDied: (reason: string) => void;
  #kernel: SupervisedKernel | null = null;
  #owner: SupervisedKernelListener | null = null;
  #canMove = false;
  #isReady = false;
  #isReserved = false;
  /** Its process is another one by now, or none. */
  #hasDied = false;
  #heard = 0;
  #move: Move | null = null;

  /** @param onDied it is of no use any more: called once, and never after it was reserved or ended */
  constructor(request: LaunchRequest, onDied: (reason: string) => void) {
    this.id = request.kernelId;
    this.request = request;
    this.#onDied = onDied;
  }

  /** What the supervisor calls. */
  get listener(): SupervisedKernelListener {
    return {
      message: (message, position) => {
        if (this.#owner !== null) return this.#owner.message(message, position);
        this.#acknowledge(position);
        this.#hear(message);
      },
      lifecycle: (event, position) => {
        if (this.#owner !== null) return this.#owner.lifecycle(event, position);
        if (position !== null) this.#acknowledge(position);
        this.#became(event);
      },
      refused: (message, error) => {
        if (this.#owner !== null) this.#owner.refused(message, error);
        else this.#move?.reject(error);
      },
    };
  }

  get isReady(): boolean {
    return this.#isReady && !this.#isReserved && !this.#hasDied;
  }

  /** Whether it can serve in any folder; the others serve where they were started. */
  get canMove(): boolean {
    return this.#canMove;
  }

  /**
   * Resolves once it can be handed over.
   * @throws KernelError where it does not answer
   */
  async begin(kernel: SupervisedKernel): Promise<void> {
    this.#kernel = kernel;
    if (this.#heard > 0) kernel.acknowledge(this.#heard);
    const info = await kernel.ready();
    this.#canMove = canMove(this.request, info);
    this.#isReady = true;
  }

  /** It is to be handed over, whatever becomes of it. */
  reserve(): void {
    this.#isReserved = true;
  }

  /**
   * It is somebody's from now on, who hears all that it says. One that cannot be put in its place is started anew there.
   * @throws KernelError
   */
  async handOver(assignment: KernelAssignment, owner: SupervisedKernelListener): Promise<SupervisedKernel> {
    const kernel = this.#kernel;
    if (kernel === null) throw new KernelError('KERNEL_LAUNCH_FAILED', 'the kernel is not there yet');
    const isInPlace = await this.#moveTo(kernel, assignment).then(
      () => true,
      () => false,
    );
    kernel.assign?.(assignment);
    this.#owner = owner;
    if (!isInPlace) await kernel.restart({ sessionPath: assignment.sessionPath });
    return kernel;
  }

  /** Ends it: nobody will have it. Idempotent. */
  async end(): Promise<void> {
    this.#hasDied = true;
    await this.#kernel?.shutdown({ now: true });
  }

  async #moveTo(kernel: SupervisedKernel, assignment: KernelAssignment): Promise<void> {
    if (this.#hasDied) throw new Error('it died');
    if (!this.#canMove) return;
    const message = moveRequest(assignment);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#move = { messageId: message.header.msg_id, isDone: false, isIdle: false, resolve, reject };
    const timer = setTimeout(() => reject(new Error('it does not answer')), PATIENCE);
    try {
      kernel.send(message);
      await promise;
    } finally {
      clearTimeout(timer);
      this.#move = null;
    }
  }

  #hear({ channel, header, parentHeader, frames }: KernelMessage): void {
    const move = this.#move;
    if (move === null || parentHeader?.msg_id !== move.messageId) return;
    const content = JSON.parse(Buffer.from(frames[3] ?? []).toString() || '{}') as Record<string, unknown>;
    if (header.msg_type === 'execute_reply') {
      if (content['status'] !== 'ok') return move.reject(new Error('it cannot change its folder'));
      move.isDone = true;
    } else if (channel === 'iopub' && header.msg_type === 'status')
      move.isIdle ||= content['execution_state'] === 'idle';
    // Nothing of it may come later, and be somebody's.
    if (move.isDone && move.isIdle) move.resolve();
  }

  #became(event: KernelLifecycleEvent): void {
    if (event.kind !== 'died' && event.kind !== 'gave-up') return;
    const isNews = !this.#hasDied && !this.#isReserved;
    this.#hasDied = true;
    this.#move?.reject(new Error('it died'));
    if (!isNews) return;
    const { exitCode, signal, stderrTail } = event.exit;
    const how = signal ?? (exitCode === null ? 'for an unknown reason' : `with code ${exitCode}`);
    this.#onDied(`It ended ${signal === null ? how : `by ${how}`}. ${stderrTail}`.trim());
  }

  #acknowledge(position: number): void {
    this.#heard = position;
    this.#kernel?.acknowledge(position);
  }
}
