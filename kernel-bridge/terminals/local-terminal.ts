import type { PtyProcess } from './pty-process.ts';
import { Scrollback } from './scrollback.ts';
import type { HostedTerminal, TerminalSize, TerminalView, TerminalViewer } from './terminal-host.ts';

const KEPT_CHARACTERS = 512 * 1024;
/** Characters that one viewer holds, at which the program is made to wait, and at which it may go on. */
const TOO_MUCH_UNTAKEN = 1024 * 1024;
const LITTLE_UNTAKEN = 256 * 1024;
const SIGNAL_GRACE = 100;
/** A program in an uninterruptible wait of the system's survives even SIGKILL for as long as that lasts. */
const KILL_GRACE = 2_000;
/** As Jupyter ends a terminal: politely first. */
const ENDING_SIGNALS = ['SIGHUP', 'SIGCONT', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const;

/** A terminal of this process: its output goes to all viewers, and waits for the slowest. */
export class LocalTerminal implements HostedTerminal {
  readonly name: string;
  readonly exited: Promise<void>;
  readonly #process: PtyProcess;
  readonly #now: () => number;
  readonly #onActivity: (terminal: LocalTerminal) => void;
  readonly #scrollback = new Scrollback(KEPT_CHARACTERS);
  readonly #views = new Set<LocalView>();
  #lastActivity: number;
  #isPaused = false;
  #hasEnded = false;

  constructor(
    name: string,
    process: PtyProcess,
    now: () => number,
    onActivity: (terminal: LocalTerminal) => void,
  ) {
    this.name = name;
    this.#process = process;
    this.#now = now;
    this.#onActivity = onActivity;
    this.#lastActivity = now();
    process.onOutput((text) => this.#distribute(text));
    process.onDrain(() => this.#views.forEach(({ viewer }) => viewer.inputTaken()));
    this.exited = new Promise((resolve) => process.onExit(resolve));
    void this.exited.then(() => {
      this.#hasEnded = true;
      const views = [...this.#views];
      this.#views.clear();
      for (const { viewer } of views) viewer.ended();
    });
  }

  get lastActivity(): number {
    return this.#lastActivity;
  }

  /** How many characters were ever printed. */
  get printed(): number {
    return this.#scrollback.end;
  }

  /** @param after the position that the viewer has already seen; null for a new viewer */
  view(viewer: TerminalViewer, after: number | null = null): TerminalView {
    const view = new LocalView(viewer, {
      write: (text) => this.#write(text),
      pendingInput: () => this.#process.pendingInput,
      continue: () => this.#continue(),
      close: (closed) => {
        if (this.#views.delete(closed)) this.#continue();
      },
    });
    if (this.#hasEnded) {
      viewer.ended();
      return view;
    }
    this.#views.add(view);
    const { start, end } = this.#scrollback;
    if (after !== null && after >= start && after <= end)
      view.output(this.#scrollback.text().slice(after - start));
    else view.replay(this.#scrollback.text(), start === 0);
    return view;
  }

  resize({ rows, columns }: TerminalSize): void {
    this.#process.resize(columns, rows);
  }

  async terminate(): Promise<void> {
    for (const signal of ENDING_SIGNALS) {
      // A paused program's last words would keep it from being seen to end.
      this.#process.resume();
      await this.#process.signal(signal);
      if (await this.#exitsWithin(SIGNAL_GRACE)) return;
    }
    await this.#exitsWithin(KILL_GRACE);
  }

  #write(text: string): void {
    this.#isActive();
    this.#process.write(text);
  }

  #distribute(text: string): void {
    this.#scrollback.append(text);
    this.#isActive();
    for (const view of this.#views) view.output(text);
    if (this.#isPaused || ![...this.#views].some(({ untaken }) => untaken > TOO_MUCH_UNTAKEN)) return;
    this.#isPaused = true;
    this.#process.pause();
  }

  #continue(): void {
    if (!this.#isPaused || [...this.#views].some(({ untaken }) => untaken > LITTLE_UNTAKEN)) return;
    this.#isPaused = false;
    this.#process.resume();
  }

  #isActive(): void {
    this.#lastActivity = this.#now();
    this.#onActivity(this);
  }

  #exitsWithin(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      void this.exited.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}

/** What a view asks of its terminal. */
interface ViewedTerminal {
  write(text: string): void;
  pendingInput(): number;
  /** A viewer has taken something. */
  continue(): void;
  close(view: LocalView): void;
}

class LocalView implements TerminalView {
  readonly viewer: TerminalViewer;
  readonly #terminal: ViewedTerminal;
  #untaken = 0;
  #isClosed = false;

  constructor(viewer: TerminalViewer, terminal: ViewedTerminal) {
    this.viewer = viewer;
    this.#terminal = terminal;
  }

  /** Characters that the viewer was given and has not taken. */
  get untaken(): number {
    return this.#untaken;
  }

  get pendingInput(): number {
    return this.#terminal.pendingInput();
  }

  replay(printed: string, isWhole: boolean): void {
    if (printed === '') return;
    this.#untaken += printed.length;
    this.viewer.replay(printed, isWhole);
  }

  output(printed: string): void {
    if (printed === '') return;
    this.#untaken += printed.length;
    this.viewer.output(printed);
  }

  write(text: string): void {
    if (!this.#isClosed) this.#terminal.write(text);
  }

  taken(characters: number): void {
    this.#untaken -= characters;
    this.#terminal.continue();
  }

  close(): void {
    this.#isClosed = true;
    this.#terminal.close(this);
  }
}
