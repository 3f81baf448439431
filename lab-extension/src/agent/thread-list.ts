import { Signal, type ISignal } from '@lumino/signaling';
import type { DownMessage } from '../../../server/wire/down.ts';
import type { ILiveConnection } from '../tokens.ts';
import type { ThreadSummary } from './agents-client.ts';

/** The conversations that this person may see, as they are now. */
export class ThreadList {
  #threads: readonly ThreadSummary[] = [];
  #asking: Promise<void> | null = null;
  #isStale = false;
  readonly #changed = new Signal<this, void>(this);

  constructor(
    private readonly connection: Pick<ILiveConnection, 'message' | 'send' | 'status' | 'statusChanged'>,
    private readonly ask: () => Promise<readonly ThreadSummary[]>,
    private readonly failed: (error: unknown) => void,
  ) {
    connection.message.connect((_, message: DownMessage) => {
      if (message.type === 'agent-threads-changed') void this.refresh();
    });
    connection.statusChanged.connect(() => this.#watch());
    this.#watch();
  }

  get threads(): readonly ThreadSummary[] {
    return this.#threads;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Resolves once they are as they were on the server at the time of the call, or later. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    this.#asking ??= this.#fetch().finally(() => (this.#asking = null));
    await this.#asking;
  }

  /** The server answers at once that they have changed: they are asked for then. */
  #watch(): void {
    if (this.connection.status.kind === 'connected') this.connection.send({ type: 'agent-watch' });
  }

  async #fetch(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        this.#threads = await this.ask();
      } catch (error) {
        this.failed(error);
      }
    }
    this.#changed.emit();
  }
}
