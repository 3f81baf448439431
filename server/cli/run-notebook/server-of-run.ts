import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../environment-options.ts';
import type { Options } from '../options.ts';
import { readRunningServer } from '../running-server.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { OwnServer } from './own-server.ts';
import { startOwnServer } from './own-server.ts';
import { RunsClient, ServerGoneError } from './runs-client.ts';

/** In milliseconds: how long a server that is gone may take to come back. */
const PATIENCE = 60_000;
const LOOKED_EACH = 250;

/** The server that a notebook is run through: the one that runs on its folder, or one that is started for it. */
export class ServerOfRun {
  readonly #options: Options;
  readonly #stateDirectory: string;
  #own: OwnServer | null = null;
  #client: RunsClient;

  /** @param root absolute @throws CommandError */
  static async find(options: Options, root: string, environment: Environment): Promise<ServerOfRun> {
    const stateDirectory = stateDirectoryOf(options.state, root, environment);
    const running = readRunningServer(stateDirectory);
    const own = running === null ? await startOwnServer({ ...options, root }) : null;
    return new ServerOfRun({ ...options, root }, stateDirectory, own, running?.url ?? own?.address ?? '');
  }

  private constructor(options: Options, stateDirectory: string, own: OwnServer | null, address: string) {
    this.#options = options;
    this.#stateDirectory = stateDirectory;
    this.#own = own;
    this.#client = new RunsClient(address);
  }

  get client(): RunsClient {
    return this.#client;
  }

  /** Of a server that was started for this; null for one that was there. */
  get ownAddress(): string | null {
    return this.#own?.address ?? null;
  }

  /** What was asked of a server that is gone is gone on with by the next. @throws ServerGoneError */
  async comeBack(signal: AbortSignal): Promise<void> {
    if (this.#own !== null) {
      this.#own = await startOwnServer(this.#options);
      this.#client = new RunsClient(this.#own.address);
      return;
    }
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      await delay(LOOKED_EACH, undefined, { signal });
      const running = readRunningServer(this.#stateDirectory);
      if (running !== null) {
        this.#client = new RunsClient(running.url);
        return;
      }
      if (Date.now() > deadline)
        throw new ServerGoneError(
          'The server ended, and goes on with the notebook when it is started again.',
        );
    }
  }

  /** The one that was started for this ends, with its kernels. */
  async end(): Promise<void> {
    await this.#own?.ended(() => this.#client.shutdown());
  }

  /** It goes on. */
  leave(): void {
    this.#own?.leave();
  }
}
