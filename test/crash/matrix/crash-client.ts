/** Who has the notebook open while something is killed: a websocket client that behaves as a tab does, or a tab. */
export interface CrashClient {
  /** Opens the notebook of the round and runs its first cell. */
  open(): Promise<void>;
  readonly kernelId: string;
  /** Asks for the numbered cell to be run, and does not wait. */
  run(): Promise<void>;
  /** Begins to save, and does not wait. */
  save(): Promise<void>;
  /** How long its saves may take, in ms. */
  readonly saveWindow: number;
  breakConnection(): void;
  /** Begins to connect again, and does not wait. */
  reconnect(): void;
  /** How long it may take to be connected again, in ms. */
  readonly reconnectWindow: number;
  /** It waits for an answer, or for what it missed. */
  readonly isWaiting: boolean;
  /** Does what a person does once everything runs again. */
  recover(): Promise<void>;
  /** What it sees now must be this. @returns what is wrong */
  check(expected: Expected): Promise<string[]>;
  close(): Promise<void>;
}

/** What a client must see in the end. */
export interface Expected {
  readonly lines: readonly number[];
  /** Of the numbered cell; null where it did not run. */
  readonly executionCount: number | null;
  /** The kernel that ran it is still there. */
  readonly isKernelKept: boolean;
}
