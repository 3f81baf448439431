/** The last of what a terminal printed, for viewers that come later: at most so many characters, cut between chunks. */
export class Scrollback {
  readonly #limit: number;
  #chunks: string[] = [];
  #length = 0;
  #end = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many characters were ever printed: the position behind the last one. */
  get end(): number {
    return this.#end;
  }

  /** The position of the first character that is kept. */
  get start(): number {
    return this.#end - this.#length;
  }

  append(text: string): void {
    const kept = text.slice(-this.#limit);
    this.#chunks.push(kept);
    this.#length += kept.length;
    this.#end += text.length;
    let surplus = 0;
    while (this.#length > this.#limit) {
      this.#length -= this.#chunks[surplus]?.length ?? 0;
      surplus += 1;
    }
    if (surplus > 0) this.#chunks.splice(0, surplus);
  }

  text(): string {
    // Joined once: a terminal that prints byte by byte would else keep a list as long as its limit.
    this.#chunks = [this.#chunks.join('')];
    return this.#chunks[0] ?? '';
  }
}
