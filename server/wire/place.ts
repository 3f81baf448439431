/** A place where kernels run, as REST shows it: `GET /api/in-the-loop/v1/places`. Secrets of its settings are left out. */
export interface PlaceModel {
  /** Of small letters, digits and dashes; `this-machine` is the server's own. Its kernelspecs are named `<id>.<name>`. */
  readonly id: string;
  readonly title: string;
  readonly kind: PlaceKind;
  /** From the configuration file, and not to be changed or removed here. */
  readonly isConfigured: boolean;
  readonly capabilities: {
    readonly resume: boolean;
    readonly limits: boolean;
    readonly restart: boolean;
    readonly pause: boolean;
  };
  readonly state: PlaceState;
  /** Full names of its kernelspecs. */
  readonly kernelspecs: readonly string[];
  /** As they were given, without secrets; for changing them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of an agent that dials in. */
  readonly machine?: MachineModel;
}

export type PlaceKind = 'local' | 'attach' | 'ssh' | 'slurm' | 'kubernetes' | 'gateway' | 'agent' | 'browser';

export interface PlaceState {
  /** `checking`: asked for the first time, or anew; `away`: it dials in by itself, and is not connected. */
  readonly kind: 'ready' | 'checking' | 'away' | 'failed';
  /** What is wrong, and what to do; null where nothing is. */
  readonly text: string | null;
  readonly remedy: string | null;
  /** ISO 8601. */
  readonly since: string;
}

export interface MachineModel {
  readonly hostname: string;
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cpus: number;
  /** Of the last minute, as a share of all processors: 0 to 1 and beyond. */
  readonly load: number;
  readonly memory: number;
  readonly memoryFree: number;
}

/** One line of the answer to `POST /api/in-the-loop/v1/places/check`: as the steps go. */
export type PlaceCheckLine =
  | { readonly type: 'step'; readonly text: string }
  | { readonly type: 'done'; readonly kernelspecs: readonly string[] }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
      readonly details: Readonly<Record<string, string>>;
    };
