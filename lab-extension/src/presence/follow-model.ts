import { Signal, type ISignal } from '@lumino/signaling';
import type { Person } from './person.ts';

/** Whom this page follows, if anybody. What follows is the plugin's work; this remembers and tells. */
export class FollowModel {
  #person: Person | null = null;
  readonly #changed = new Signal<this, Person | null>(this);

  get person(): Person | null {
    return this.#person;
  }

  get changed(): ISignal<this, Person | null> {
    return this.#changed;
  }

  follow(person: Person): void {
    if (this.#person?.username === person.username) return;
    this.#person = person;
    this.#changed.emit(person);
  }

  toggle(person: Person): void {
    if (this.#person?.username === person.username) this.stop();
    else this.follow(person);
  }

  stop(): void {
    if (this.#person === null) return;
    this.#person = null;
    this.#changed.emit(null);
  }
}
