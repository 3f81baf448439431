import type { Awareness } from 'y-protocols/awareness';
import { Signal, type ISignal } from '@lumino/signaling';
import { watchAwareness } from './awareness-watch.ts';
import { freshStates } from './fresh-states.ts';
import { peopleAt, peopleOf, type CellPlace, type PersonHere } from './people.ts';

/** What this page tells of itself. */
export interface OwnPresence {
  readonly user: unknown;
  /** `notebook:dir/a.ipynb`, as in JupyterLab's layout. */
  readonly current: string | null;
  readonly cell: CellPlace | null;
  readonly documents: readonly string[];
}

/** Who is here, whatever they have open. Lives in memory alone, here and on the server (I8). */
export class PresenceModel {
  #people: readonly PersonHere[] = [];
  #shown = '';
  #away: Record<string, unknown> | null = null;
  readonly #changed = new Signal<this, readonly PersonHere[]>(this);
  readonly #end: () => void;

  constructor(
    private readonly awareness: Awareness,
    private readonly now: () => number,
    private readonly self: () => string | null,
  ) {
    this.#end = watchAwareness(awareness, () => this.refresh());
  }

  /** Oneself first, then by name. */
  get people(): readonly PersonHere[] {
    return this.#people;
  }

  /** Only if something changed that is shown. */
  get changed(): ISignal<this, readonly PersonHere[]> {
    return this.#changed;
  }

  /** Others who have the file open. */
  othersAt(path: string): PersonHere[] {
    return peopleAt(this.#people, path).filter(({ isSelf }) => !isSelf);
  }

  tell(presence: OwnPresence): void {
    const state = { ...presence, seen: this.now() };
    if (this.#away === null) this.awareness.setLocalState({ ...this.awareness.getLocalState(), ...state });
    else this.#away = { ...this.#away, ...state };
  }

  /** A page that nobody looks at is not here; its state is kept until it is back. */
  setAway(isAway: boolean): void {
    if (isAway === (this.#away !== null)) return;
    const kept = this.#away;
    this.#away = isAway ? { ...this.awareness.getLocalState() } : null;
    this.awareness.setLocalState(isAway ? null : kept);
  }

  refresh(): void {
    const people = peopleOf(freshStates(this.awareness, this.now()), this.self());
    const shown = JSON.stringify(people);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#people = people;
    this.#changed.emit(people);
  }

  close(): void {
    this.#end();
    Signal.clearData(this);
  }
}
