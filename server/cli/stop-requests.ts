export type StopReason =
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGHUP'
  /** `POST /api/shutdown` */
  | 'shutdown request'
  /** `in-the-loop stop` */
  | 'stop command'
  | 'failure';

/**
 * A terminal's Ctrl-C reaches us once from the terminal and once more from npm, which passes on what it gets: only one
 * that comes later is a second Ctrl-C.
 */
const SAME_KEYSTROKE_MILLISECONDS = 700;

/** Why and when the server is to stop: `asked` resolves at the first request. */
export class StopRequests {
  readonly asked: Promise<StopReason>;
  /** Resolves at a second Ctrl-C. */
  readonly insisted: Promise<void>;
  #resolve: (reason: StopReason) => void = () => undefined;
  #insist: () => void = () => undefined;
  #interrupts = 0;
  #interruptedAt = -Infinity;
  readonly #now: () => number;
  readonly #stopAtOnce: () => void;

  /** @param stopAtOnce called at a third Ctrl-C */
  constructor(stopAtOnce: () => void, now: () => number = () => performance.now()) {
    this.#stopAtOnce = stopAtOnce;
    this.#now = now;
    this.asked = new Promise((resolve) => (this.#resolve = resolve));
    this.insisted = new Promise((resolve) => (this.#insist = resolve));
  }

  listenTo(source: Pick<NodeJS.Process, 'on'>): void {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) source.on(signal, () => this.request(signal));
    source.on('SIGINT', () => this.#interrupt());
  }

  request(reason: StopReason): void {
    this.#resolve(reason);
  }

  #interrupt(): void {
    const now = this.#now();
    if (now - this.#interruptedAt <= SAME_KEYSTROKE_MILLISECONDS) return;
    this.#interruptedAt = now;
    this.#interrupts += 1;
    if (this.#interrupts === 1) this.request('SIGINT');
    else if (this.#interrupts === 2) this.#insist();
    else this.#stopAtOnce();
  }
}
