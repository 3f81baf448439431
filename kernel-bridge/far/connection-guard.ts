import type { LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { MalformedError } from '../hosted/codec/malformed-error.ts';
import type { KernelState, Welcome } from '../supervisor/link/down.ts';
import type { Up } from '../supervisor/link/up.ts';
import type { ConnectionListener, SupervisorLine } from '../supervisor/supervisor-connection.ts';
import { PositionCheck } from './position-check.ts';

export interface GuardOptions {
  readonly log: KernelLog;
  /** As the server recorded it; null for a kernel that it did not start there. */
  recorded(kernelId: string): LaunchRequest | null;
  onTakenOver(): void;
  /** It has kernels that the server did not start there, or knows no more; told behind `welcomed`. */
  onUnknown?(kernelIds: readonly string[]): void;
}

/**
 * Stands between the server and what a supervisor on another machine says: only kernels that the server started there
 * are heard, each in its order, and what is no such thing ends the connection.
 */
export class ConnectionGuard {
  readonly #options: GuardOptions;
  readonly #checks = new Map<string, PositionCheck>();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  forget(kernelId: string): void {
    this.#checks.delete(kernelId);
  }

  /** What is to be told of one connection. */
  before(listener: ConnectionListener): ConnectionListener {
    return {
      welcomed: (welcome, line) => {
        listener.welcomed(this.#welcome(welcome), this.#line(line));
        const others = welcome.kernels.flatMap(({ state: { kernelId } }) =>
          this.#options.recorded(kernelId) === null ? [kernelId] : [],
        );
        if (others.length > 0) this.#options.onUnknown?.(others);
      },
      heard: (message) => {
        if (message.type === 'taken-over') return this.#options.onTakenOver();
        if (message.type !== 'kernel-state') return listener.heard(message);
        if (this.#options.recorded(message.state.kernelId) !== null)
          listener.heard({ type: 'kernel-state', state: elsewhere(message.state) });
      },
      entry: (kernelId, entry, bytes) => {
        const event = entry.kind === 'lifecycle' ? entry.event : null;
        const gap = this.#checkOf(kernelId).entry(entry.position, bytes, event);
        if (gap !== null) listener.entry(kernelId, gap, 0);
        listener.entry(kernelId, entry, bytes);
      },
      passedOver: (kernelId, position, why, bytes) => {
        const check = this.#checkOf(kernelId);
        const gap = check.entry(position, bytes, null);
        if (gap !== null) listener.entry(kernelId, gap, 0);
        if (why === 'unreadable')
          listener.entry(kernelId, check.gap(position, 'A message of this kernel could not be read.'), 0);
      },
      terminal: () => {
        throw new MalformedError('it speaks of terminals, which nobody asked it for');
      },
      closed: () => listener.closed(),
    };
  }

  #welcome(welcome: Welcome): Welcome {
    const kernels = new Map<string, Welcome['kernels'][number]>();
    for (const { state, last } of welcome.kernels) {
      const launch = this.#options.recorded(state.kernelId);
      if (launch !== null) kernels.set(state.kernelId, { launch, state: elsewhere(state), last });
    }
    const others = welcome.kernels.length - kernels.size;
    if (others > 0)
      this.#options.log.warn({ others }, 'a supervisor elsewhere names kernels that are not of this server');
    return { ...welcome, kernels: [...kernels.values()], terminals: [] };
  }

  #line(line: SupervisorLine): SupervisorLine {
    return {
      say: (message) => {
        this.#note(message);
        line.say(message);
      },
      write: (frame) => line.write(frame),
      close: () => line.close(),
    };
  }

  #note(message: Up): void {
    if (message.type === 'attach') {
      const check = this.#checks.get(message.kernelId) ?? new PositionCheck();
      check.attach(message.after, message.acknowledged);
      this.#checks.set(message.kernelId, check);
    } else if (message.type === 'acknowledge')
      this.#checks.get(message.kernelId)?.acknowledge(message.position);
    // The supervisor begins by itself with one that it starts.
    else if (message.type === 'request' && message.request.do === 'launch') {
      const { kernelId } = message.request.launch;
      if (!this.#checks.has(kernelId)) this.#checks.set(kernelId, new PositionCheck());
    }
  }

  #checkOf(kernelId: string): PositionCheck {
    const check = this.#checks.get(kernelId);
    if (check === undefined) throw new MalformedError('it speaks for a kernel that it was not asked for');
    return check;
  }
}

/** Numbers of processes and paths of another machine mean nothing on this one. */
function elsewhere(state: KernelState): KernelState {
  return { ...state, pid: null, connectionFile: null };
}
