import type {
  HostedTerminal,
  TerminalSize,
  TerminalView,
  TerminalViewer,
} from '../../kernel-bridge/terminals/terminal-host.ts';

/** Somebody who watches a terminal. */
export interface TerminalClient extends TerminalViewer {
  /** Null until it has said. */
  readonly size: TerminalSize | null;
}

/** One terminal with everybody who watches it: its size is the smallest one's. */
export class Terminal {
  readonly #hosted: HostedTerminal;
  readonly #clients = new Set<TerminalClient>();
  #size: TerminalSize | null = null;

  constructor(hosted: HostedTerminal) {
    this.#hosted = hosted;
  }

  get name(): string {
    return this.#hosted.name;
  }

  /** In milliseconds since the epoch: something was typed or printed. */
  get lastActivity(): number {
    return this.#hosted.lastActivity;
  }

  /** Tells the client what was printed so far, then everything from now on, until the view is closed. */
  attach(client: TerminalClient): TerminalView {
    this.#clients.add(client);
    return this.#hosted.view(client);
  }

  /** Its view is the client's to close. */
  detach(client: TerminalClient): void {
    this.#clients.delete(client);
    this.resize();
  }

  /** To be called when a client's size has changed: a program must not print more than the smallest one shows. */
  resize(): void {
    const sizes = [...this.#clients].flatMap(({ size }) => (size === null ? [] : [size]));
    if (sizes.length === 0) return;
    const rows = Math.min(...sizes.map((size) => size.rows));
    const columns = Math.min(...sizes.map((size) => size.columns));
    if (this.#size?.rows === rows && this.#size.columns === columns) return;
    this.#size = { rows, columns };
    this.#hosted.resize(this.#size);
  }

  /** Ends the program, by force if it must be; resolves when it has ended, or will as soon as the system lets it. */
  terminate(): Promise<void> {
    return this.#hosted.terminate();
  }
}
