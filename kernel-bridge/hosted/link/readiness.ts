import { HostedError } from './hosted-error.ts';

type Info = Readonly<Record<string, unknown>>;
interface Waiting {
  readonly resolve: (info: Info) => void;
  readonly reject: (error: HostedError) => void;
}

/** A process that tells nothing of its loading for so long is not waited for any longer; milliseconds. */
const PATIENCE = 60_000;

/** What `ready()` waits for, over deaths and restarts: see kernel-bridge/SPEC.md R3 and R4. */
export class Readiness {
  #info: Info | null = null;
  #over: HostedError | null = null;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @throws HostedError KERNEL_NOT_READY, KERNEL_DEAD */
  wait(): Promise<Info> {
    if (this.#over !== null) return Promise.reject(this.#over);
    if (this.#info !== null) return Promise.resolve(this.#info);
    if (this.#waiting.length === 0) this.patience();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** It told something of its loading. */
  patience(): void {
    clearTimeout(this.#timer);
    const notReady = new HostedError('KERNEL_NOT_READY', 'the kernel does not become ready in its browser');
    this.#timer = setTimeout(() => this.#settle(({ reject }) => reject(notReady)), PATIENCE);
  }

  /** For a new process. Whoever waits already goes on waiting for that one. */
  renew(): void {
    this.#info = null;
  }

  ready(info: Info): void {
    this.#info = info;
    this.#settle(({ resolve }) => resolve(info));
  }

  over(error: HostedError): void {
    this.#over = error;
    this.#settle(({ reject }) => reject(error));
  }

  #settle(tell: (waiting: Waiting) => void): void {
    clearTimeout(this.#timer);
    this.#waiting.splice(0).forEach(tell);
  }
}
