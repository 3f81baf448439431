import type { Durability } from '../event-log/event-log.ts';
import type { KernelLimits } from '../kernel-bridge/kernel.ts';
import type { PyodideSettings } from '../kernel-bridge/pyodide/pyodide-settings.ts';
import type { AiSettings } from './ai-settings.ts';

/** Places in the configuration file, by id; a problem is for people, and says why a place cannot be used. */
export type ConfiguredPlaces = ReadonlyMap<
  string,
  {
    readonly kind: 'attach' | 'ssh' | 'slurm' | 'kubernetes' | 'gateway';
    readonly title?: string | undefined;
    /** With secrets (I10). */
    readonly settings: Readonly<Record<string, unknown>>;
    readonly problem?: string;
  }
>;

/**
 * Who speaks for shared documents in a page: our extension, jupyter-collaboration's client extensions, or nobody, as on a
 * server without collaboration.
 */
export type Collaboration = 'on' | 'stock' | 'off';

/** How this server was asked to run, after arguments, environment and configuration file are merged and checked. */
export interface ServerSettings {
  /** Absolute folder that is served. */
  readonly rootDirectory: string;
  readonly ip: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
  /** Empty: no token is asked for. */
  readonly token: string;
  /** Whoever shows it may look and not touch; empty: there is none. */
  readonly viewToken: string;
  /** `argon2:$argon2id$…` or Jupyter's `algorithm:salt:hexdigest`; empty: none. */
  readonly hashedPassword: string;
  /** Absolute; holds the event log, cookie secret and token. Mode 0700. */
  readonly stateDirectory: string;
  /** For sockets of local programs; short, and this person's alone. */
  readonly socketFolder: string;
  /** What earlier versions of files may take in the state directory. */
  readonly versionsBytes: number;
  /** Of stream text, that a browser's page is sent of one cell's run while it runs. */
  readonly liveTextBytes: number;
  /** What the events of all kernels may take on disk. */
  readonly logBytes: number;
  /** How old they get, in milliseconds. */
  readonly logAge: number;
  /** Of every kernel. */
  readonly limits: KernelLimits | undefined;
  readonly maxKernels: number | undefined;
  /** How many kernels of each kernelspec wait for a notebook, by its name. */
  readonly warmKernels: ReadonlyMap<string, number>;
  /** Seconds without anything to do, after which a kernel is ended; null for never. */
  readonly cullIdle: number | null;
  /** Also where a websocket is open. */
  readonly cullConnected: boolean;
  /** So long images and tables are kept once, whatever shows them. */
  readonly largeDataBytes: number;
  /** What an event survives before anybody gets it: the end of any process, or a power cut too. */
  readonly durability: Durability;
  readonly collaboration: Collaboration;
  /** Seconds for which a shared document stays in memory that nobody has open. */
  readonly documentIdle: number;
  readonly ai: AiSettings;
  readonly places: ConfiguredPlaces;
  readonly pyodide: PyodideSettings;
  readonly openBrowser: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}
