import { KernelError } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';

type Info = Readonly<Record<string, unknown>>;

const TIME_LIMIT = 60_000;
/** A subscription is known to the kernel some milliseconds after it connects. */
const FIRST_NUDGE = 10;
const LONGEST_NUDGE = 250;
/** A request that a kernel lost while it set itself up is repeated; one that merely waits is answered twice. */
const REPEAT_UNANSWERED = 1_000;

/**
 * Finds out that a fresh kernel answers on shell and is heard on iopub (contract §3.6). kernel_info_request waits
 * in the socket until the kernel is there. ipykernel 7 confirms the subscription by `iopub_welcome`; any other
 * kernel is asked again, each time it has answered, until something arrives on iopub.
 */
export class KernelGreeting {
  readonly done: Promise<Info>;
  readonly #nudge: () => void;
  #settle!: { resolve(info: Info): void; reject(error: KernelError): void };
  #info: Info | null = null;
  #subscribed = false;
  #delay = FIRST_NUDGE;
  #nextNudge: NodeJS.Timeout | undefined;
  readonly #deadline: NodeJS.Timeout;
  #over = false;

  /** @param nudge sends a kernel_info_request on shell */
  constructor(nudge: () => void) {
    this.#nudge = nudge;
    this.done = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever awaits `done` hears of a failure; nobody need be waiting when a kernel dies before it answers.
    this.done.catch(() => undefined);
    this.#deadline = setTimeout(() => {
      this.#finish();
      this.#settle.reject(new KernelError('KERNEL_NOT_READY', 'the kernel did not answer within 60 seconds'));
    }, TIME_LIMIT);
    this.#ask(REPEAT_UNANSWERED);
  }

  heardOnIopub(): void {
    this.#subscribed = true;
    this.#check();
  }

  answered(reply: KernelMessage): void {
    if (this.#over) return;
    this.#info ??= infoOf(reply);
    if (!this.#subscribed) this.#scheduleNudge();
    this.#check();
  }

  cancel(reason: KernelError): void {
    if (this.#over) return;
    this.#finish();
    this.#settle.reject(reason);
  }

  #ask(patience: number): void {
    this.#nudge();
    this.#nextNudge = setTimeout(() => this.#ask(patience), patience);
  }

  #scheduleNudge(): void {
    clearTimeout(this.#nextNudge);
    this.#nextNudge = setTimeout(() => this.#ask(REPEAT_UNANSWERED), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_NUDGE);
  }

  #check(): void {
    if (this.#over || this.#info === null || !this.#subscribed) return;
    this.#finish();
    this.#settle.resolve(this.#info);
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#nextNudge);
    clearTimeout(this.#deadline);
  }
}

/** The content of a kernel_info_reply. */
export function infoOf(reply: KernelMessage): Info {
  try {
    return JSON.parse(Buffer.from(reply.frames[3] ?? []).toString('utf8')) as Info;
  } catch {
    // The kernel does answer; what it says of itself is for display only.
    return {};
  }
}
