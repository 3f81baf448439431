import type { KernelLifecycleEvent } from '../kernel.ts';

type Reattached = Extract<KernelLifecycleEvent, { kind: 'reattached' }>;

/**
 * For how long a kernel was not heard. It is told once, when the kernel is heard again, before anything that it says from
 * then on: what it said meanwhile may be lost.
 */
export class Silence {
  readonly #tell: (event: Reattached) => void;
  #from: Date | null = null;
  #why: string | undefined;
  /** Only its sockets closed, which may as well be its end. */
  #isMereCut = false;
  /** Its way is there again; the next that is heard was said after the silence. */
  #isEnding = false;
  #toldUntil = 0;

  constructor(tell: (event: Reattached) => void) {
    this.#tell = tell;
  }

  /** The process that listens had ended. */
  begin(from: Date): void {
    this.#begin(from);
  }

  /** Its sockets closed. @param why a sentence for people */
  cut(from: Date, why: string): void {
    this.#begin(from, why);
  }

  /** What its host says of a silence: of one that is there or was told, or of one that nobody else noticed. */
  explain(from: Date, why: string): void {
    if (this.#from === null && from.getTime() <= this.#toldUntil) return;
    this.#isMereCut = false;
    const isNew = this.#from === null;
    this.#from = this.#from === null || from < this.#from ? from : this.#from;
    this.#why = why;
    if (isNew) this.end();
  }

  /** From now on it can be heard. */
  wayIsBack(): void {
    this.#isEnding = true;
  }

  /** It says something. */
  heard(): void {
    if (this.#isEnding) this.end();
  }

  /** Its process ended, which closed its sockets: told is only what else is known to have kept it from being heard. */
  processEnded(): void {
    if (this.#isMereCut) this.#from = null;
    this.end();
  }

  end(): void {
    this.#isEnding = false;
    const from = this.#from;
    if (from === null) return;
    this.#from = null;
    const now = new Date();
    this.#toldUntil = now.getTime();
    this.#tell({
      kind: 'reattached',
      silentFrom: from.toISOString(),
      silentUntil: now.toISOString(),
      ...(this.#why !== undefined && { why: this.#why }),
    });
  }

  #begin(from: Date, why?: string): void {
    this.#isEnding = false;
    if (this.#from !== null) return;
    this.#from = from;
    this.#why = why;
    this.#isMereCut = why !== undefined;
  }
}
