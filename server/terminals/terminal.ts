import type { PtyProcess } from './pty-process.ts';
import { Scrollback } from './scrollback.ts';

const KEPT_CHARACTERS = 512 * 1024;
/** Bytes that one client has not taken, at which the program is made to wait, and at which it may go on. */
const TOO_MUCH_UNSENT = 1024 * 1024;
const LITTLE_UNSENT = 256 * 1024;
const STALLED_AFTER = 10_000;
const SIGNAL_GRACE = 100;
/** A program in an uninterruptible wait of the system's survives even SIGKILL for as long as that lasts. */
const KILL_GRACE = 2_000;
/** As Jupyter ends a terminal: politely first. */
const ENDING_SIGNALS = ['SIGHUP', 'SIGCONT', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const;

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Somebody who watches a terminal. */
export interface TerminalClient {
  /** Null until it has said. */
  readonly size: TerminalSize | null;
  /** Bytes sent that have not gone out. */
  readonly unsent: number;
  send(output: string): void;
  /** All input has been taken: more may come. */
  inputTaken(): void;
  /** The program has ended. */
  ended(): void;
  /** It takes nothing, and makes everybody wait. */
  drop(): void;
}

/** One shell with everybody who watches it: output goes to all, its size is the smallest one's. */
export class Terminal {
  readonly name: string;
  #lastActivity: number;
  readonly #process: PtyProcess;
  readonly #now: () => number;
  readonly #scrollback = new Scrollback(KEPT_CHARACTERS);
  readonly #clients = new Set<TerminalClient>();
  readonly #exited: Promise<void>;
  #stallTimer: NodeJS.Timeout | null = null;
  #size: TerminalSize | null = null;

  constructor(name: string, process: PtyProcess, now: () => number) {
    this.name = name;
    this.#process = process;
    this.#now = now;
    this.#lastActivity = now();
    process.onOutput((text) => this.#distribute(text));
    process.onDrain(() => this.#clients.forEach((client) => client.inputTaken()));
    this.#exited = new Promise((resolve) => process.onExit(resolve));
    void this.#exited.then(() => this.#end());
  }

  /** Resolves when the program has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Bytes typed that the program has not read. */
  get pendingInput(): number {
    return this.#process.pendingInput;
  }

  /** In milliseconds since the epoch: something was typed or printed. */
  get lastActivity(): number {
    return this.#lastActivity;
  }

  /** Gives what has been printed so far, then everything from now on. */
  attach(client: TerminalClient): void {
    this.#clients.add(client);
    const printed = this.#scrollback.text();
    if (printed !== '') client.send(printed);
  }

  detach(client: TerminalClient): void {
    this.#clients.delete(client);
    this.resize();
    this.continue();
  }

  write(input: string): void {
    this.#lastActivity = this.#now();
    this.#process.write(input);
  }

  /** To be called when a client's size has changed: a program must not print more than the smallest one shows. */
  resize(): void {
    const sizes = [...this.#clients].flatMap(({ size }) => (size === null ? [] : [size]));
    if (sizes.length === 0) return;
    const rows = Math.min(...sizes.map((size) => size.rows));
    const columns = Math.min(...sizes.map((size) => size.columns));
    if (this.#size?.rows === rows && this.#size.columns === columns) return;
    this.#size = { rows, columns };
    this.#process.resize(columns, rows);
  }

  /** To be called when a client has taken something: once all have, the program goes on. */
  continue(): void {
    if (this.#stallTimer === null || [...this.#clients].some(({ unsent }) => unsent > LITTLE_UNSENT)) return;
    clearTimeout(this.#stallTimer);
    this.#stallTimer = null;
    this.#process.resume();
  }

  /** Ends the program, by force if it must be; resolves when it has ended, or will as soon as the system lets it. */
  async terminate(): Promise<void> {
    // A paused program's last words would keep it from being seen to end.
    this.#process.resume();
    for (const signal of ENDING_SIGNALS) {
      await this.#process.signal(signal);
      if (await this.#exitsWithin(SIGNAL_GRACE)) return;
    }
    await this.#exitsWithin(KILL_GRACE);
  }

  #distribute(text: string): void {
    this.#lastActivity = this.#now();
    this.#scrollback.append(text);
    for (const client of this.#clients) client.send(text);
    if (this.#stallTimer !== null || ![...this.#clients].some(({ unsent }) => unsent > TOO_MUCH_UNSENT))
      return;
    this.#process.pause();
    this.#watchForStall();
  }

  #watchForStall(): void {
    const before = new Map([...this.#clients].map((client) => [client, client.unsent]));
    this.#stallTimer = setTimeout(() => {
      for (const [client, unsent] of before)
        if (this.#clients.has(client) && client.unsent > LITTLE_UNSENT && client.unsent >= unsent)
          client.drop();
      this.#watchForStall();
      this.continue();
    }, STALLED_AFTER);
    this.#stallTimer.unref();
  }

  #end(): void {
    if (this.#stallTimer !== null) clearTimeout(this.#stallTimer);
    this.#stallTimer = null;
    for (const client of this.#clients) client.ended();
    this.#clients.clear();
  }

  #exitsWithin(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      void this.#exited.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
