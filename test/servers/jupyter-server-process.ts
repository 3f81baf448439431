import type { ServerFolders } from './server-folders.ts';

/** A Jupyter server that runs as a process of its own, stock or ours, told apart by nothing but its name. */
export interface JupyterServerProcess {
  readonly name: 'jupyter_server' | 'In the Loop';
  /** `http://127.0.0.1:PORT`, without the base URL. */
  readonly origin: string;
  /** Starts and ends with `/`. */
  readonly base: string;
  /** What it asks for; empty when it asks for nothing. */
  readonly token: string;
  readonly folders: ServerFolders;
  readonly pid: number;
  /** What it printed so far: shown when a test fails, searched for secrets. */
  output(): string;
  /** Sends a signal and waits for its end; the folders stay, so that another server can take over. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Ends it and whatever it started, and removes its folders. Idempotent. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Of a server that ended before; new ones by default. */
  readonly folders?: ServerFolders;
  readonly token?: string;
  readonly base?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** A command to start it by, as `nice`; it must end in executing what follows. */
  readonly startedBy?: readonly string[];
  /** Further arguments, in the words of the server that is started. */
  readonly args?: readonly string[];
}

export const TOKEN = 'token-of-the-test';
