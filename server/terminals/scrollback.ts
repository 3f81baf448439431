/** The last of what a terminal printed, for clients that come later: at most so many characters, cut between chunks. */
export class Scrollback {
  readonly #limit: number;
  #chunks: string[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  append(text: string): void {
    const kept = text.slice(-this.#limit);
    this.#chunks.push(kept);
    this.#length += kept.length;
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
