import type { MachineModel, PlaceKind, PlaceModel } from './place.ts';
import type { RuntimeModel } from './runtime.ts';

// What is said by REST of places, kernels and the machines that dial in, below `/api/in-the-loop/v1`. Errors are `{message, remedy?, field?}`.

/** `GET /places`. */
export interface PlacesAnswer {
  readonly places: readonly PlaceModel[];
}

/**
 * `POST /places` adds one (201, a PlaceModel); `PUT /places/{id}` changes one (settings that are left out, as secrets are, stay);
 * `POST /places/check` tries one that need not be there yet, and answers in lines of JSON (`PlaceCheckLine`) as the steps go.
 * `DELETE /places/{id}` removes one with its kernels: 409 with `kernels` where some run, unless `?kernels=end`.
 */
export interface PlaceRequest {
  /** Of the place that is changed, or tried with the secrets it has; without one it is made of the title. */
  readonly id?: string;
  readonly title: string;
  readonly kind: PlaceKind;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** `GET /places/{id}/resources?path=` (a notebook's path). */
export interface ResourcesAnswer {
  /** Null where there is nothing to choose. */
  readonly form: {
    readonly fields: readonly {
      readonly name: string;
      readonly label: string;
      readonly kind: 'choice' | 'number' | 'text' | 'duration';
      readonly choices?: readonly { readonly value: string; readonly label: string }[];
      readonly multiline?: boolean;
      readonly initial: string;
      readonly help: string;
    }[];
  } | null;
  /** What that notebook asks for there; an empty object for the place's own; null where nobody has said so far. */
  readonly chosen: Readonly<Record<string, string>> | null;
}

/** `PUT /places/{id}/resources`: from now on that notebook asks for these there. It is kept in the notebook's metadata. */
export interface ResourcesRequest {
  readonly path: string;
  readonly resources: Readonly<Record<string, string>>;
}

/** `GET /runtimes`. */
export interface RuntimesAnswer {
  readonly runtimes: readonly RuntimeModel[];
}

/** `GET /runtimes/{kernelId}/log`: the last of what it wrote to its standard output and error, and of what its place said. */
export interface RuntimeLogAnswer {
  readonly text: string;
}

/** `GET /runtime-agents`: keys that were made, and the machines that came with them. Each is a place of kind `agent`, too. */
export interface RuntimeAgentsAnswer {
  readonly agents: readonly RuntimeAgentModel[];
}

export interface RuntimeAgentModel {
  /** Of its place. */
  readonly id: string;
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly isConnected: boolean;
  /** ISO 8601; null: it never came. */
  readonly lastSeen: string | null;
  readonly machine: MachineModel | null;
}

/** `POST /runtime-agents` with `{title}` makes a key (201); `DELETE /runtime-agents/{id}` takes it back, also in the middle of its use. */
export interface RuntimeAgentKey {
  readonly agent: RuntimeAgentModel;
  /** Shown once. */
  readonly key: string;
  /** For a terminal on that machine, with the key in it. */
  readonly command: string;
}
