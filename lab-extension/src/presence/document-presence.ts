import { Signal, type ISignal } from '@lumino/signaling';
import type { Awareness } from 'y-protocols/awareness';
import { watchAwareness } from './awareness-watch.ts';
import { documentPeopleOf, type DocumentPerson, type DocumentPlace } from './document-people.ts';
import { freshStates } from './fresh-states.ts';

/** Who has one document open, and where in it they are. */
export class DocumentPresence {
  #people: readonly DocumentPerson[] = [];
  #shown = '';
  #away: Record<string, unknown> | null = null;
  readonly #changed = new Signal<this, readonly DocumentPerson[]>(this);
  readonly #end: () => void;

  constructor(
    private readonly awareness: Awareness,
    private readonly self: () => string | null,
  ) {
    this.#end = watchAwareness(awareness, () => this.#refresh());
  }

  get people(): readonly DocumentPerson[] {
    return this.#people;
  }

  get others(): readonly DocumentPerson[] {
    return this.#people.filter(({ isSelf }) => !isSelf);
  }

  get changed(): ISignal<this, readonly DocumentPerson[]> {
    return this.#changed;
  }

  tellUser(user: unknown): void {
    this.#tell('user', user);
  }

  tellPlace(place: DocumentPlace): void {
    this.#tell('place', place);
  }

  /** As in `PresenceModel`. */
  setAway(isAway: boolean): void {
    if (isAway === (this.#away !== null)) return;
    const kept = this.#away;
    this.#away = isAway ? { ...this.awareness.getLocalState() } : null;
    this.awareness.setLocalState(isAway ? null : kept);
  }

  close(): void {
    this.#end();
    Signal.clearData(this);
  }

  #tell(field: string, value: unknown): void {
    if (this.#away === null) this.awareness.setLocalStateField(field, value);
    else this.#away[field] = value;
  }

  #refresh(): void {
    const people = documentPeopleOf(freshStates(this.awareness, Date.now()), this.self());
    const shown = JSON.stringify(people);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#people = people;
    this.#changed.emit(people);
  }
}
