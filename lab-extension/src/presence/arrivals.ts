import { Coalesced } from '../coalesced.ts';
import type { PersonHere } from './people.ts';

/** Milliseconds: a page that is reloaded leaves and comes back, of which nobody needs to hear. */
const PATIENCE = 3_000;

/** Tells who has come and who has gone since it last told, without those who only came back. */
export class Arrivals {
  #told: ReadonlyMap<string, string> | null = null;
  #now: ReadonlyMap<string, string> = new Map();
  readonly #soon: Coalesced;

  /** @param tell gets the names of those who came and of those who went */
  constructor(
    private readonly tell: (came: readonly string[], went: readonly string[]) => void,
    patience = PATIENCE,
  ) {
    this.#soon = new Coalesced(() => this.#tellNow(), patience);
  }

  see(people: readonly PersonHere[]): void {
    this.#now = new Map(people.filter(({ isSelf }) => !isSelf).map(({ username, name }) => [username, name]));
    this.#soon.request();
  }

  #tellNow(): void {
    const [told, now] = [this.#told, this.#now];
    this.#told = now;
    // Those who were here before oneself have not come.
    if (told === null) return;
    const came = [...now].filter(([username]) => !told.has(username)).map(([, name]) => name);
    const went = [...told].filter(([username]) => !now.has(username)).map(([, name]) => name);
    if (came.length > 0 || went.length > 0) this.tell(came, went);
  }
}
