import { LocalTerminal } from './local-terminal.ts';
import { spawnPty } from './pty-process.ts';
import type { SpawnPty } from './pty-process.ts';
import { TerminalError } from './terminal-host.ts';
import type { TerminalHost, TerminalRequest } from './terminal-host.ts';

/** Hears what becomes of terminals; must not throw. */
export interface TerminalListener {
  ended(terminal: LocalTerminal): void;
  /** Something was typed or printed: often. */
  active(terminal: LocalTerminal): void;
}

/** The terminals of this process, by name. They end with it: the system tells their programs so when it is gone. */
export class LocalTerminals implements TerminalHost {
  readonly #spawn: SpawnPty;
  readonly #now: () => number;
  readonly #terminals = new Map<string, LocalTerminal>();
  readonly #listeners = new Set<TerminalListener>();
  #isClosed = false;

  constructor({ spawn = spawnPty, now = Date.now }: { spawn?: SpawnPty; now?: () => number } = {}) {
    this.#spawn = spawn;
    this.#now = now;
  }

  list(): readonly LocalTerminal[] {
    return [...this.#terminals.values()];
  }

  get(name: string): LocalTerminal | undefined {
    return this.#terminals.get(name);
  }

  /** Returns how to stop listening. */
  listen(listener: TerminalListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  // Not async, but for its errors: two that ask for one name at once get the same terminal.
  // eslint-disable-next-line @typescript-eslint/require-await
  async open({ name, command, cwd, environment }: TerminalRequest): Promise<LocalTerminal> {
    if (this.#isClosed) throw new TerminalError('TERMINAL_HOST_LOST', 'Terminals are being ended');
    const known = name === null ? undefined : this.#terminals.get(name);
    if (known !== undefined) return known;
    const terminal = new LocalTerminal(
      name ?? this.#freeName(),
      this.#launch({ command, cwd, env: environment }),
      this.#now,
      (active) => this.#listeners.forEach((listener) => listener.active(active)),
    );
    this.#terminals.set(terminal.name, terminal);
    void terminal.exited.then(() => {
      this.#terminals.delete(terminal.name);
      for (const listener of this.#listeners) listener.ended(terminal);
    });
    return terminal;
  }

  /** Ends all terminals, and opens no more. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.list().map((terminal) => terminal.terminate()));
  }

  #launch(settings: Parameters<SpawnPty>[0]): ReturnType<SpawnPty> {
    try {
      return this.#spawn(settings);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TerminalError('TERMINAL_LAUNCH_FAILED', `No terminal could be opened: ${reason}`, {
        cause: error,
      });
    }
  }

  #freeName(): string {
    for (let number = 1; ; number += 1) if (!this.#terminals.has(String(number))) return String(number);
  }
}
