export interface StreamedPiece {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
}

/** Characters that wait for an append at most, before the model has to wait. */
const mostWaiting = 262_144;

/**
 * Hands on an answer while it streams: a piece at once where no append is under way, and otherwise together with all that come
 * until it is done. So the first word is as fast as the log, and no log is slower than the model.
 */
export class StreamedText {
  readonly #record: (pieces: readonly StreamedPiece[]) => Promise<void>;
  #waiting: StreamedPiece[] = [];
  #waitingCharacters = 0;
  #underWay: Promise<void> | null = null;
  #failure: { readonly cause: unknown } | null = null;

  constructor(record: (pieces: readonly StreamedPiece[]) => Promise<void>) {
    this.#record = record;
  }

  /** Resolves once the next piece may come. @throws what an append failed with */
  async add(kind: StreamedPiece['kind'], text: string): Promise<void> {
    this.#throwFailure();
    const last = this.#waiting.at(-1);
    if (last?.kind === kind) this.#waiting[this.#waiting.length - 1] = { kind, text: last.text + text };
    else this.#waiting.push({ kind, text });
    this.#waitingCharacters += text.length;
    if (this.#underWay === null) this.#flush();
    else if (this.#waitingCharacters > mostWaiting) await this.#underWay;
  }

  /** Waits for the append under way, and answers what has not been recorded. @throws what an append failed with */
  async rest(): Promise<readonly StreamedPiece[]> {
    const rest = this.#take();
    await this.#underWay;
    this.#throwFailure();
    return rest;
  }

  #take(): readonly StreamedPiece[] {
    const pieces = this.#waiting;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    return pieces;
  }

  #flush(): void {
    this.#underWay = this.#record(this.#take()).then(
      () => {
        this.#underWay = null;
        if (this.#waiting.length > 0) this.#flush();
      },
      (cause: unknown) => {
        this.#underWay = null;
        this.#failure = { cause };
      },
    );
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.cause;
  }
}
