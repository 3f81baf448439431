/** Where terminals live: in this process, or in one that outlives it. */
export interface TerminalHost {
  /** Those that run, in the order in which they were opened. */
  list(): readonly HostedTerminal[];
  /**
   * Opens a terminal, or gives the one that has this name already: two tabs that restore their layout at once ask for
   * the same. (Jupyter opens a second one and loses the first.)
   * @throws TerminalError
   */
  open(request: TerminalRequest): Promise<HostedTerminal>;
}

export interface TerminalRequest {
  /** Null for the first free of 1, 2, 3, … */
  readonly name: string | null;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Absolute; must exist. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** One program on a pseudo-terminal, whoever looks at it. */
export interface HostedTerminal {
  readonly name: string;
  /** In milliseconds since the epoch: something was typed or printed. To the second where nobody looks. */
  readonly lastActivity: number;
  /** Resolves when the program has ended, or can never be reached again. */
  readonly exited: Promise<void>;
  /** Tells the viewer what was printed so far, then everything from now on. */
  view(viewer: TerminalViewer): TerminalView;
  resize(size: TerminalSize): void;
  /** Ends the program, by force if it must be; resolves when it has ended, or will as soon as the system lets it. */
  terminate(): Promise<void>;
}

/** Whoever looks at a terminal hears it here; calls come in order, and must not throw. */
export interface TerminalViewer {
  /**
   * All that is to be shown: what was shown before is replaced by it. Comes first, if anything was printed, and again
   * only where a broken connection to the host has lost too much for going on.
   * @param isWhole whether it is everything that was ever printed, and not only the end of it
   */
  replay(printed: string, isWhole: boolean): void;
  output(printed: string): void;
  /** All that was typed has been taken: more may come. */
  inputTaken(): void;
  /** The terminal is over. Nothing follows. */
  ended(): void;
}

/** A viewer's own end. Nothing may be called once it is closed, or the terminal over, and it does nothing then. */
export interface TerminalView {
  /** About how many bytes typed here the program has not taken. */
  readonly pendingInput: number;
  write(text: string): void;
  /**
   * So many characters of what the viewer was given are gone from memory. The program waits while a viewer holds too
   * many (I5).
   */
  taken(characters: number): void;
  /** Idempotent. */
  close(): void;
}

export type TerminalErrorCode = 'TERMINAL_LAUNCH_FAILED' | 'TERMINAL_HOST_LOST'; // the process that holds the terminals cannot be reached

export class TerminalError extends Error {
  constructor(
    readonly code: TerminalErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'TerminalError';
  }
}
