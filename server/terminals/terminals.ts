import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { TerminalError } from '../../kernel-bridge/terminals/terminal-host.ts';
import type { HostedTerminal, TerminalHost } from '../../kernel-bridge/terminals/terminal-host.ts';
import { HttpError } from '../http-error.ts';
import { Terminal } from './terminal.ts';

export interface TerminalDependencies {
  readonly host: TerminalHost;
  readonly rootDirectory: string;
  /** Where terminals tell their programs that this server is; asked when one is opened. */
  readonly serverUrl: () => string;
  /** The shell and its arguments; see `shellCommand`. */
  readonly shell: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

/** All open terminals, by name, as this server's clients see them. They live in their host, and may outlive us. */
export class Terminals {
  readonly #dependencies: TerminalDependencies;
  readonly #watched = new WeakMap<HostedTerminal, Terminal>();
  #lastActivity = 0;
  #isClosed = false;

  constructor(dependencies: TerminalDependencies) {
    this.#dependencies = dependencies;
  }

  get count(): number {
    return this.#dependencies.host.list().length;
  }

  /** In milliseconds since the epoch; 0 where there was never a terminal. */
  lastActivity(): number {
    const latest = Math.max(this.#lastActivity, ...this.list().map((terminal) => terminal.lastActivity));
    this.#lastActivity = latest;
    return latest;
  }

  list(): Terminal[] {
    return this.#dependencies.host.list().map((hosted) => this.#watch(hosted));
  }

  /** @throws HttpError 404 */
  get(name: string): Terminal {
    const terminal = this.list().find((each) => each.name === name);
    if (terminal === undefined) throw new HttpError(404, `Terminal not found: ${name}`);
    return terminal;
  }

  /**
   * Opens a terminal, or gives the one that has this name already.
   * @param name null for the first free of 1, 2, 3, …
   * @param cwd relative to the root; one that is not there counts as the root
   * @throws HttpError 503 while terminals cannot be opened
   */
  async open(name: string | null, cwd: string | null): Promise<Terminal> {
    const { host, shell, environment, rootDirectory, serverUrl, logger } = this.#dependencies;
    const directory = await this.#existingDirectory(cwd);
    if (this.#isClosed) throw new HttpError(503, 'The server is shutting down');
    const request = {
      name,
      command: shell,
      cwd: directory,
      environment: withoutMissing({
        ...environment,
        // Programs believe these more than the terminal itself, and they do not change with its size.
        COLUMNS: undefined,
        LINES: undefined,
        TERM: 'xterm-256color',
        JUPYTER_SERVER_ROOT: rootDirectory,
        JUPYTER_SERVER_URL: serverUrl(),
      }),
    };
    const hosted = await host.open(request).catch((error: unknown) => {
      if (error instanceof TerminalError && error.code === 'TERMINAL_HOST_LOST')
        throw new HttpError(503, error.message, null, { cause: error });
      throw error;
    });
    const terminal = this.#watch(hosted);
    logger.info({ terminal: terminal.name, cwd: directory }, 'A terminal was opened');
    return terminal;
  }

  /** Opens no more; those that are open are their host's. Idempotent. */
  close(): void {
    this.#isClosed = true;
  }

  #watch(hosted: HostedTerminal): Terminal {
    const known = this.#watched.get(hosted);
    if (known !== undefined) return known;
    const terminal = new Terminal(hosted);
    this.#watched.set(hosted, terminal);
    void hosted.exited.then(() => {
      this.#lastActivity = Math.max(this.#lastActivity, hosted.lastActivity);
      this.#dependencies.logger.info({ terminal: hosted.name }, 'A terminal ended');
    });
    return terminal;
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

/** A missing value would become the word "undefined". */
function withoutMissing(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
