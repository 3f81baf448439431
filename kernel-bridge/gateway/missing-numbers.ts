interface Hole {
  readonly first: number;
  readonly last: number;
  readonly since: Date;
  readonly noticedAt: number;
}

/** What comes by another way before its turn. */
const MOST_ASIDE = 1_000;
const MOST_HOLES = 10_000;

/** Which of the numbers that come one after the other were left out, and since when. */
export class MissingNumbers {
  #highest: number | null = null;
  #heardAt = new Date();
  /** In order. */
  #holes: Hole[] = [];
  readonly #aside = new Set<number>();

  /** How many are missing. */
  get count(): number {
    return this.#holes.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** When the one before the first that is missing was heard. */
  get since(): Date {
    return this.#holes[0]?.since ?? this.#heardAt;
  }

  /** For how long the first has been missing, in milliseconds. */
  get age(): number {
    return Date.now() - (this.#holes[0]?.noticedAt ?? Date.now());
  }

  /** One in its turn, or a little late. */
  heard(number: number): void {
    if (this.#highest !== null && number <= this.#highest) return this.#fill(number);
    if (this.#highest !== null && number > this.#highest + 1) {
      this.#holes.push({
        first: this.#highest + 1,
        last: number - 1,
        since: this.#heardAt,
        noticedAt: Date.now(),
      });
      for (const early of this.#aside) if (early < number && early > this.#highest) this.#fill(early);
      // Very many holes are one.
      const [one, two] = this.#holes;
      if (this.#holes.length > MOST_HOLES && one && two)
        this.#holes.splice(0, 2, { ...one, last: one.last + (two.last - two.first + 1) });
    }
    for (const early of this.#aside) if (early <= number) this.#aside.delete(early);
    this.#highest = number;
    this.#heardAt = new Date();
  }

  /** One that came by another way, maybe long before its turn. */
  heardAside(number: number): void {
    if (this.#highest !== null && number <= this.#highest) return this.#fill(number);
    this.#aside.add(number);
    if (this.#aside.size > MOST_ASIDE) this.#aside.clear();
  }

  /** One is missing after all. */
  misses(number: number): void {
    this.#holes.push({ first: number, last: number, since: this.#heardAt, noticedAt: Date.now() });
    this.#holes.sort((one, other) => one.first - other.first);
  }

  /** The last that is missing between two others is not. @returns which it was; null where none is missing there */
  excuseLast(after: number, before: number): number | null {
    const hole = this.#holes.findLast(({ first, last }) => last > after && first < before);
    if (hole === undefined) return null;
    const number = Math.min(hole.last, before - 1);
    this.#fill(number);
    return number;
  }

  /** Those between two others whose neighbours were heard are not missing. */
  excuseLone(after: number, before: number): void {
    this.#holes = this.#holes.filter(
      ({ first, last }) => first !== last || first <= after || first >= before,
    );
  }

  /** None is missing of those until now. */
  forget(): void {
    this.#holes = [];
  }

  /** The next that is heard is the first. */
  restart(): void {
    this.forget();
    this.#highest = null;
    this.#aside.clear();
  }

  #fill(number: number): void {
    const index = this.#holes.findIndex(({ first, last }) => first <= number && number <= last);
    const hole = this.#holes[index];
    if (hole === undefined) return;
    const parts = [
      { ...hole, last: number - 1 },
      { ...hole, first: number + 1 },
    ];
    this.#holes.splice(index, 1, ...parts.filter(({ first, last }) => first <= last));
  }
}
