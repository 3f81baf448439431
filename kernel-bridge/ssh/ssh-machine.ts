import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IpcFolder } from '../local/ipc-folder.ts';
import { PlaceError } from '../places/place-error.ts';
import { destinationArguments, sshConfig } from './ssh-config.ts';
import { SshLink } from './ssh-link.ts';
import type { SshSettings } from './ssh-settings.ts';

export interface SshMachineOptions {
  readonly settings: SshSettings;
  /** Of the place, for its host keys; absolute. */
  readonly folder: string;
  /** Runs there while there is a link; default: waits for its end. */
  readonly keeper?: string;
  readonly onLine?: (line: string) => void;
  /** Read after ours; default: the person's and the system's. */
  readonly configFiles?: readonly string[] | undefined;
}

const KEEPER = 'exec cat >/dev/null';
const CONFIG_FILES = ['~/.ssh/config', '/etc/ssh/ssh_config'];

/** A machine that is reached by ssh, with at most one connection to it, which is made when it is needed. */
export class SshMachine {
  readonly settings: SshSettings;
  readonly knownHosts: string;
  readonly #options: SshMachineOptions;
  readonly #sockets = new IpcFolder();
  #config: Promise<string> | null = null;
  #link: Promise<SshLink> | null = null;
  #isClosed = false;

  constructor(options: SshMachineOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.knownHosts = join(options.folder, 'known_hosts');
  }

  /** For people: what they would type behind `ssh`. */
  get name(): string {
    const { user, host } = this.settings;
    return user === undefined ? host : `${user}@${host}`;
  }

  /** `ssh`'s arguments before the host. @throws PlaceError */
  async destination(): Promise<string[]> {
    return destinationArguments(this.settings, await (this.#config ??= this.#writeConfig()));
  }

  /** A path here for sockets, short and private, to which little is appended. @throws PlaceError */
  async newSocketPath(): Promise<string> {
    const path = await this.#sockets.newPath();
    if (path !== null) return path;
    throw new PlaceError(
      'PLACE_UNFIT',
      'The server’s machine has no folder for temporary files with a path short enough for sockets.',
      'Set TMPDIR to a short path for the server.',
    );
  }

  /**
   * The connection that is there, or a new one.
   * @param onProgress see SshLinkOptions; nothing is told of a connection that is there
   * @throws PlaceError
   */
  link(onProgress?: (line: string) => void): Promise<SshLink> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    if (this.#link !== null) return this.#link;
    const link = this.#connect(onProgress);
    this.#link = link;
    const forget = (): void => {
      if (this.#link === link) this.#link = null;
    };
    link.then((made) => void made.closed.then(forget), forget);
    return link;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const link = await this.#link?.catch(() => null);
    await link?.close();
    await this.#sockets.close();
  }

  async #connect(onProgress?: (line: string) => void): Promise<SshLink> {
    const [destination, controlPath] = await Promise.all([this.destination(), this.newSocketPath()]);
    const link = await SshLink.connect({
      destination,
      host: this.settings.host,
      controlPath,
      keeper: this.#options.keeper ?? KEEPER,
      onLine: this.#options.onLine ?? (() => undefined),
      onProgress,
    });
    if (!this.#isClosed) return link;
    await link.close();
    throw this.#closedError();
  }

  async #writeConfig(): Promise<string> {
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
    const file = `${await this.newSocketPath()}.config`;
    await rm(file, { force: true });
    writeFileSync(file, sshConfig(this.knownHosts, this.#options.configFiles ?? CONFIG_FILES), {
      mode: 0o600,
      flag: 'wx',
    });
    return file;
  }

  #closedError(): PlaceError {
    return new PlaceError('PLACE_AWAY', `The place on ${this.name} was closed.`, 'Add it again.');
  }
}
