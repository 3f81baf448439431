import type { PtyProcess, PtySettings } from '../../kernel-bridge/terminals/pty-process.ts';

/** A pseudo-terminal without a program: a test prints, reads what was typed, and decides when it ends. */
export class FakePty implements PtyProcess {
  readonly settings: PtySettings | undefined;
  readonly typed: string[] = [];
  readonly sizes: [columns: number, rows: number][] = [];
  readonly signals: NodeJS.Signals[] = [];
  pendingInput = 0;
  isPaused = false;
  /** What ends it; undefined for nothing. */
  endedBy: NodeJS.Signals | undefined = 'SIGHUP';
  readonly #listeners = {
    output: [] as ((text: string) => void)[],
    exit: [] as (() => void)[],
    drain: [] as (() => void)[],
  };

  constructor(settings?: PtySettings) {
    this.settings = settings;
  }

  onOutput(listener: (text: string) => void): void {
    this.#listeners.output.push(listener);
  }
  onExit(listener: () => void): void {
    this.#listeners.exit.push(listener);
  }
  onDrain(listener: () => void): void {
    this.#listeners.drain.push(listener);
  }
  write(text: string): void {
    this.typed.push(text);
  }
  resize(columns: number, rows: number): void {
    this.sizes.push([columns, rows]);
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  signal(name: NodeJS.Signals): Promise<void> {
    this.signals.push(name);
    if (name === this.endedBy) this.exit();
    return Promise.resolve();
  }

  print(text: string): void {
    for (const listener of this.#listeners.output) listener(text);
  }
  exit(): void {
    for (const listener of this.#listeners.exit) listener();
  }
  drain(): void {
    this.pendingInput = 0;
    for (const listener of this.#listeners.drain) listener();
  }
}
