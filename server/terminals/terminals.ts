import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { HttpError } from '../http-error.ts';
import { spawnPty } from './pty-process.ts';
import type { SpawnPty } from './pty-process.ts';
import { Terminal } from './terminal.ts';

export interface TerminalDependencies {
  readonly rootDirectory: string;
  /** Where terminals tell their programs that this server is; asked when one is opened. */
  readonly serverUrl: () => string;
  /** The shell and its arguments; see `shellCommand`. */
  readonly shell: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly spawn?: SpawnPty;
  readonly now?: () => number;
}

/** All open terminals, by name. They end with the server. */
export class Terminals {
  readonly #dependencies: TerminalDependencies;
  readonly #terminals = new Map<string, Terminal>();
  readonly #now: () => number;
  #lastActivity = 0;
  #isClosed = false;

  constructor(dependencies: TerminalDependencies) {
    this.#dependencies = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  get count(): number {
    return this.#terminals.size;
  }

  /** In milliseconds since the epoch; 0 where there was never a terminal. */
  lastActivity(): number {
    const latest = Math.max(this.#lastActivity, ...this.list().map((terminal) => terminal.lastActivity));
    this.#lastActivity = latest;
    return latest;
  }

  list(): Terminal[] {
    return [...this.#terminals.values()];
  }

  /** @throws HttpError 404 */
  get(name: string): Terminal {
    const terminal = this.#terminals.get(name);
    if (terminal === undefined) throw new HttpError(404, `Terminal not found: ${name}`);
    return terminal;
  }

  /**
   * Opens a terminal, or gives the one that has this name already: two tabs that restore their layout at once ask for
   * the same. (Jupyter opens a second one and loses the first.)
   * @param name null for the first free of 1, 2, 3, …
   * @param cwd relative to the root; one that is not there counts as the root
   */
  async open(name: string | null, cwd: string | null): Promise<Terminal> {
    const directory = await this.#existingDirectory(cwd);
    if (this.#isClosed) throw new HttpError(503, 'The server is shutting down');
    const known = name === null ? undefined : this.#terminals.get(name);
    if (known !== undefined) return known;
    const { shell, environment, rootDirectory, serverUrl, logger, spawn = spawnPty } = this.#dependencies;
    const process = spawn({
      command: shell,
      cwd: directory,
      env: {
        ...environment,
        // Programs believe these more than the terminal itself, and they do not change with its size.
        COLUMNS: undefined,
        LINES: undefined,
        TERM: 'xterm-256color',
        JUPYTER_SERVER_ROOT: rootDirectory,
        JUPYTER_SERVER_URL: serverUrl(),
      },
    });
    const terminal = new Terminal(name ?? this.#freeName(), process, this.#now);
    this.#terminals.set(terminal.name, terminal);
    void terminal.exited.then(() => {
      this.#terminals.delete(terminal.name);
      logger.info({ terminal: terminal.name }, 'A terminal ended');
    });
    logger.info({ terminal: terminal.name, cwd: directory }, 'A terminal was opened');
    return terminal;
  }

  /** Ends all terminals. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.list().map((terminal) => terminal.terminate()));
  }

  #freeName(): string {
    for (let number = 1; ; number += 1) if (!this.#terminals.has(String(number))) return String(number);
  }

  async #existingDirectory(cwd: string | null): Promise<string> {
    const { rootDirectory, logger } = this.#dependencies;
    const wished = resolve(rootDirectory, cwd ?? '.');
    try {
      if ((await stat(wished)).isDirectory()) return wished;
    } catch (error) {
      logger.debug({ err: error, cwd: wished }, 'A terminal was asked for in a folder that cannot be used');
    }
    return rootDirectory;
  }
}
