import { setTimeout as delay } from 'node:timers/promises';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { SupervisedKernel } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { KernelPast } from './kernel-past.ts';
import type { KernelStream } from './kernel-stream.ts';
import { neverHandedOver } from './never-handed-over.ts';

/** More is no person's doing. */
const MOST = 10_000;
/** Between tries to ask a kernel that is out of reach, in milliseconds. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60_000;

/**
 * A kernel that was taken over, until it is known which requests it got before: what is asked of it meanwhile waits, for it
 * comes after what was asked before.
 */
export class CatchUp {
  #waiting: KernelMessage[] | null = [];

  /** Keeps it for later. False once nothing waits any more. @throws KernelError KERNEL_OVERLOADED */
  hold(message: KernelMessage): boolean {
    if (this.#waiting === null) return false;
    if (this.#waiting.length >= MOST)
      throw new KernelError('KERNEL_OVERLOADED', 'too much waits for a kernel that cannot be reached');
    this.#waiting.push(message);
    return true;
  }

  /**
   * Sends what was recorded and not handed over, and then what was asked meanwhile; as soon as the kernel can be asked, which
   * may take as long as its machine is away.
   * @throws KernelError as the supervisor does
   */
  async run(
    kernel: SupervisedKernel,
    past: KernelPast,
    stream: KernelStream,
    isOver: () => boolean,
  ): Promise<void> {
    const handedOver = await this.#handedOver(kernel, isOver);
    const open = neverHandedOver(past, handedOver, (message) => stream.answers(message));
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const { message, session, actor } of open) stream.sendRecorded(message, session, actor);
    for (const message of waiting) {
      try {
        kernel.send(message);
      } catch (error) {
        stream.refused(message, error);
      }
    }
  }

  async #handedOver(kernel: SupervisedKernel, isOver: () => boolean): Promise<readonly string[] | null> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        return await kernel.handedOver();
      } catch (error) {
        const isAway = error instanceof KernelError && error.code === 'KERNEL_SUPERVISOR_LOST';
        // The supervisor of this machine is tried again by whoever speaks to it.
        if (!isAway || kernel.request.kernelspec.place === undefined || isOver()) throw error;
      }
      await delay(pause, undefined, { ref: false });
    }
  }
}
