import { KernelError, type KernelListener, UNSEEN_EXIT } from '../kernel.ts';
import { idsOf } from '../life/held-messages.ts';
import type { Readiness } from '../life/readiness.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { RemoteRun } from './remote-run.ts';
import type { RemoteKernelPlan, RunListener } from './remote-runs.ts';
import type { Silence } from './silence.ts';

export interface RunHearingParts {
  readonly plan: RemoteKernelPlan;
  readonly listener: KernelListener;
  readonly ready: Readiness;
  readonly silence: Silence;
  /** Whether that is the process that the kernel has now. */
  isCurrent(run: RemoteRun): boolean;
  warn(error: unknown, message: string): void;
}

/** How a kernel's process is met, heard, cut off from us and heard again. */
export class RunHearing implements RunListener {
  readonly #parts: RunHearingParts;

  constructor(parts: RunHearingParts) {
    this.#parts = parts;
  }

  /** Resolves nothing: the kernel is ready once it is met, and is handed what waits for it. */
  meet(run: RemoteRun): void {
    const { kernelInfo = null } = this.#parts.plan.folder.record ?? {};
    if (kernelInfo === null) void this.#greet(run);
    else void this.#meetAgain(run, kernelInfo);
  }

  message(run: RemoteRun, message: KernelMessage): void {
    const { listener, silence } = this.#parts;
    if (message.channel === 'iopub' && this.#parts.isCurrent(run)) silence.heard();
    listener.message(message);
  }

  cut(run: RemoteRun): void {
    if (!this.#parts.isCurrent(run)) return;
    this.#parts.silence.cut(new Date(), 'The connection to it broke.');
    run.hold();
    run.process.suspect?.();
  }

  mended(run: RemoteRun): void {
    if (this.#parts.isCurrent(run)) void this.#meetAgain(run, null);
  }

  answeredAs(run: RemoteRun, session: string): void {
    const { folder, host } = this.#parts.plan;
    const known = folder.record?.kernelSession ?? null;
    if (!this.#parts.isCurrent(run) || known === session) return;
    folder.amend({ kernelSession: session });
    // Hosts know it of their own processes.
    if (known === null || host.owns) return;
    const { listener, silence } = this.#parts;
    silence.end();
    const exit = { ...UNSEEN_EXIT, explanation: 'Whoever started it has restarted it.' };
    listener.lifecycle({ kind: 'died', exit, waiting: idsOf(run.held) });
    listener.lifecycle({ kind: 'autorestarted', pid: run.process.pid });
  }

  fault(error: unknown): void {
    this.#parts.warn(error, 'something went wrong with a kernel that is elsewhere');
  }

  async #greet(run: RemoteRun): Promise<void> {
    const { plan, ready, silence } = this.#parts;
    try {
      const info = await run.connection.greet();
      if (!this.#parts.isCurrent(run)) return;
      plan.folder.amend({ kernelInfo: info });
      silence.end();
      this.#handOver(run);
      ready.resolve(info);
    } catch (error) {
      // The death of a process is told by its exit, and another may follow it.
      if (!this.#parts.isCurrent(run)) return;
      // It may answer later than it is given time for.
      this.#handOver(run);
      if (error instanceof KernelError) ready.reject(error);
      else this.#parts.warn(error, 'what the kernel says of itself could not be kept');
    }
  }

  /** @param info what it said of itself when it was met first, where nobody of this holder has met it yet */
  async #meetAgain(run: RemoteRun, info: Readonly<Record<string, unknown>> | null): Promise<void> {
    const { ready, silence } = this.#parts;
    silence.wayIsBack();
    await run.connection.meetAgain();
    if (!this.#parts.isCurrent(run)) return;
    silence.end();
    this.#handOver(run);
    if (info !== null) ready.resolve(info);
  }

  #handOver(run: RemoteRun): void {
    run.handOver((error) => this.#parts.warn(error, 'what waited for a kernel could not be sent to it'));
  }
}
