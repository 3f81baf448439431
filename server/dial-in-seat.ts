import type { DialIn } from '../kernel-bridge/far/dial-in.ts';
import type { ConnectElsewhere } from '../kernel-bridge/far/reach-loop.ts';
import { KernelError } from '../kernel-bridge/kernel.ts';
import type { RefusalReason } from '../kernel-bridge/agent/agent-protocol.ts';
import type { LinkSocket } from '../kernel-bridge/agent/link-socket.ts';
import type { KernelLog } from '../kernel-bridge/local/kernel-log.ts';
import { greetSupervisor } from '../kernel-bridge/supervisor/greet-supervisor.ts';

export interface DialInSeatOptions {
  readonly url: () => string;
  readonly key: string;
  readonly programVersion: string;
  readonly log: KernelLog;
}

/** For the supervisor behind it to answer, in milliseconds; one may have to be started. */
const PATIENCE = 60_000;

/** Where one that dials in is expected, an agent or a browser's host: the newest connection with its key has the seat. */
export class DialInSeat implements DialIn {
  readonly key: string;
  readonly #options: DialInSeatOptions;
  #link: LinkSocket | null = null;
  /** That one carries no supervisor's words yet. */
  #isFree = false;
  #isClosed = false;
  readonly #waiting = new Set<() => void>();

  constructor(options: DialInSeatOptions) {
    this.#options = options;
    this.key = options.key;
  }

  get url(): string {
    return this.#options.url();
  }

  get isThere(): boolean {
    return this.#link !== null;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param told to whoever has it so far */
  take(link: LinkSocket, told = 'Another agent has come with the same key, and takes its place.'): void {
    this.refuse('replaced', told);
    this.#link = link;
    this.#isFree = true;
    this.#wake();
  }

  /** Its connection has ended. @returns whether it was the one that has the seat */
  left(link: LinkSocket): boolean {
    if (this.#link !== link) return false;
    this.#link = null;
    return true;
  }

  /** Sends away whoever has the seat, and says why. */
  refuse(reason: RefusalReason, message: string): void {
    const link = this.#link;
    this.#link = null;
    link?.say({ type: 'refused', reason, message });
    link?.close();
  }

  readonly connect: ConnectElsewhere = async (clientId, listener, signal) => {
    const link = await this.#next(signal);
    const { programVersion: program, log } = this.#options;
    const late = setTimeout(() => link.close(), PATIENCE).unref();
    try {
      const hello = { clientId, program, role: 'owner' } as const;
      return await greetSupervisor(link.join, hello, listener, log);
    } finally {
      clearTimeout(late);
    }
  };

  close(): void {
    this.#isClosed = true;
    this.refuse('revoked', 'It is not expected any more.');
    this.#wake();
  }

  /** The server ends; whoever has it is to come again. Idempotent. */
  leave(): void {
    this.#isClosed = true;
    this.#link?.close();
    this.#wake();
  }

  async #next(signal: AbortSignal): Promise<LinkSocket> {
    for (;;) {
      if (this.#isClosed || signal.aborted)
        throw new KernelError('KERNEL_SUPERVISOR_LOST', 'it is not expected any more');
      if (this.#link !== null && this.#isFree) break;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.#isFree = false;
    return this.#link;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
