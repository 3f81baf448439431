import type { HostedMessage } from '../hosted-message.ts';
import type { BytePipe, BytePipeEnd } from './byte-pipe.ts';
import type { HostObserver } from './host-observer.ts';
import type { StartKernel } from './kernel-process.ts';
import type { OutboxBounds } from './outbox.ts';
import type { Spool } from './spool.ts';

export interface HostOptions {
  /** Null for what a page that is gone left: everything in the spool is over, handed over, and nothing is started. */
  readonly startKernel: StartKernel | null;
  /** Of this host alone. */
  readonly spool: Spool;
  readonly observer: HostObserver;
  /** Lines for whoever looks into the browser's console. Never with what people wrote, or an environment (I10). */
  readonly log: HostLog;
  /** In bytes, for each kernel; default 16 MiB under way, 256 MiB in the spool, 64 MiB in memory. */
  readonly bounds?: Partial<OutboxBounds>;
}

export interface HostLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * The kernels that one page hosts, kept for whichever connection there is to the server: made once for a page (or for what
 * a page left), opened, and joined to each websocket to `HOST_LINK_PATH` once the server has said `accepted` there.
 */
export interface Host {
  /** Reads the spool; before `join`. Whatever kernels it names are over: their workers ended with the page that had them. */
  open(): Promise<void>;
  /**
   * Joins a connection to the server (`joinWebSocket`); the one before is let go. The returned end is called with what the
   * server says. Kernels and their entries outlive it: the next one goes on where it broke.
   */
  join(pipe: BytePipe): BytePipeEnd;
  /**
   * Whether entries go to the server now; true at first. While a page that was offline still brings its documents together
   * with the server's, entries wait in the spool: the server must know the cells that they are for.
   */
  handOver(mayHandOver: boolean): void;
  /** In the order of their start, over ones included, as long as the server has not recorded all that they said. */
  readonly kernels: readonly { readonly kernelId: string; readonly isOver: boolean }[];
  /**
   * Has a kernel run an `execute_request` of this page, while the server cannot be reached. It is kept as an entry of its own
   * before what comes of it, and so is handed over.
   * @throws HostedError KERNEL_DEAD, KERNEL_OVERLOADED
   */
  ask(kernelId: string, request: HostedMessage): void;
  /** For the page itself, as the server asks it. Resolves when done. @throws HostedError KERNEL_DEAD */
  interrupt(kernelId: string): Promise<void>;
  restart(kernelId: string): Promise<void>;
  /**
   * The page goes away: ends all processes at once and says nothing more. What they said is in the spool, as far as it was
   * kept by then. Idempotent.
   */
  close(): void;
}
