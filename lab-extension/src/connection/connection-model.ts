import { Signal, type ISignal } from '@lumino/signaling';

export type ConnectionState =
  { readonly kind: 'connected' } | { readonly kind: 'unreachable'; readonly since: Date };

/** What the model needs of the world; resolves to whether the server answered. */
export type Probe = () => Promise<boolean>;
/** Resolves after so many milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * Whether the server can be reached. A failure is reported by whoever noticed it; from then on, and only then, the
 * model asks the server with growing pauses until it answers.
 */
export class ConnectionModel {
  #state: ConnectionState = { kind: 'connected' };
  #closed = false;
  readonly #changed = new Signal<this, ConnectionState>(this);

  constructor(
    private readonly probe: Probe,
    private readonly wait: Wait,
    private readonly now: () => Date,
  ) {}

  get state(): ConnectionState {
    return this.#state;
  }

  get changed(): ISignal<this, ConnectionState> {
    return this.#changed;
  }

  /** A request or socket failed. Returns when the server has answered again (at once if it is being asked already). */
  async failed(): Promise<void> {
    if (this.#state.kind === 'unreachable' || this.#closed) return;
    // One failure is not an outage: a kernel that went away fails its requests too.
    if (await this.probe()) return;
    if (this.state.kind === 'unreachable' || this.#closed) return;
    this.#become({ kind: 'unreachable', since: this.now() });
    for (let pause = FIRST_WAIT; !this.#closed; pause = Math.min(pause * 2, LONGEST_WAIT)) {
      await this.wait(pause);
      if (await this.probe()) return this.#become({ kind: 'connected' });
    }
  }

  close(): void {
    this.#closed = true;
    Signal.clearData(this);
  }

  #become(state: ConnectionState): void {
    if (this.#closed) return;
    this.#state = state;
    this.#changed.emit(state);
  }
}
