import { Signal, type ISignal } from '@lumino/signaling';
import type { OfflineDatabase } from '../offline/storage/database.ts';
import { resultOf } from '../offline/storage/database.ts';
import type { OfflineChannel } from '../offline/storage/offline-channel.ts';
import type { ForkKeeper, KeptFork } from '../tokens.ts';
import { forkKeyOf, forkRecordOf, mergedFork, putFork, type ForkRecord } from './fork-record.ts';

/** Texts that could not be merged by themselves, until a person has looked at them: in the database, or in this page. */
export class KeptForks implements ForkKeeper {
  readonly #forks = new Map<string, ForkRecord>();
  readonly #changed = new Signal<this, void>(this);

  constructor(
    private readonly database: OfflineDatabase,
    private readonly channel: OfflineChannel | null,
    private readonly root: string,
  ) {
    channel?.heard.connect((_, { type }) => {
      if (type === 'forks-changed') void this.read();
    });
  }

  /** The newest first. */
  get forks(): readonly ForkRecord[] {
    return [...this.#forks.values()].sort((one, other) => other.keptAt - one.keptAt);
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Takes in what is in the database. What is only on this page stays. */
  async read(): Promise<void> {
    const range = IDBKeyRange.bound([this.root], [this.root, []]);
    const stored = await this.database
      .transact(['forks'], 'readonly', (transaction) =>
        resultOf(transaction.objectStore('forks').getAll(range) as IDBRequest<ForkRecord[]>),
      )
      // Said by the storage of documents, which uses the same database.
      .catch(() => null);
    if (stored === null) return;
    for (const [id, fork] of this.#forks) if (!this.#onlyHere.has(fork)) this.#forks.delete(id);
    for (const fork of stored) this.#forks.set(idOf(fork), fork);
    this.#changed.emit();
  }

  readonly #onlyHere = new WeakSet<ForkRecord>();

  keep(kept: KeptFork): void {
    const fork = forkRecordOf(this.root, kept);
    const here = mergedFork(this.#forks.get(idOf(fork)), fork);
    this.#onlyHere.add(here);
    this.#forks.set(idOf(fork), here);
    this.#changed.emit();
    void this.database
      .transact(['forks'], 'readwrite', (transaction) => putFork(transaction, here))
      .then(
        (stored) => {
          this.#forks.set(idOf(fork), stored);
          this.channel?.say({ type: 'forks-changed' });
        },
        // It is still on this page, and its list says so.
        () => undefined,
      );
  }

  /** Whether closing this page loses it. */
  isOnlyHere(fork: ForkRecord): boolean {
    return this.#onlyHere.has(fork);
  }

  async discard(fork: ForkRecord): Promise<void> {
    this.#forks.delete(idOf(fork));
    this.#changed.emit();
    await this.database
      .transact(['forks'], 'readwrite', (transaction) =>
        resultOf(transaction.objectStore('forks').delete(forkKeyOf(fork))),
      )
      // One that could not be stored cannot be deleted either, and need not be.
      .catch(() => undefined);
    this.channel?.say({ type: 'forks-changed' });
  }
}

function idOf(fork: ForkRecord): string {
  return forkKeyOf(fork).join('\0');
}
