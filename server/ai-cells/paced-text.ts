/** In milliseconds: so often at most what has come is shown. */
const PACE = 150;
/** A long answer is shown more seldom, since all of it is stored each time: in characters for each millisecond. */
const CHARACTERS = 50;

/** Text that comes in pieces, shown as a whole now and then, and at the end. */
export class PacedText {
  readonly #show: (text: string) => void;
  #text = '';
  #shown = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(show: (text: string) => void) {
    this.#show = show;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  add(piece: string): void {
    this.#text += piece;
    const wait = this.#shownAt + Math.max(PACE, this.#text.length / CHARACTERS) - Date.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** All of it. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#shown === this.#text.length) return;
    this.#shown = this.#text.length;
    this.#shownAt = Date.now();
    this.#show(this.#text);
  }
}
