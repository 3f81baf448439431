import type { MachineModel, PlaceKind, PlaceModel } from './place.ts';
import type { RuntimeModel } from './runtime.ts';
import type { WarmKernelsModel } from './warm-kernels.ts';

// What is said by REST of places, kernels and the machines that dial in, below `/api/in-the-loop/v1`. Errors are `{message, remedy?, field?}`.

/** `GET /places`. */
export interface PlacesAnswer {
  readonly places: readonly PlaceModel[];
}

/**
 * `POST /places` adds one (201, a PlaceModel); `PUT /places/{id}` changes one (settings that are left out, as secrets are, stay; null removes one; with kernels there only the title, and the secrets of a gateway);
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

/**
 * `POST /places/{id}/accept-host-key`, once a check failed with `PLACE_HOST_KEY_UNKNOWN` and a person has compared the
 * fingerprint in its details; answers 204. `place` is what was tried where it is not there yet: the check's `details.id` says
 * which id it would get.
 */
export interface AcceptHostKeyRequest {
  readonly fingerprint: string;
  readonly place?: PlaceRequest;
}

/** `POST /places/{id}/refresh` asks it anew at once, and makes it reconnect: a PlaceModel. */

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
  /** Those that wait for a notebook, which are none of `runtimes`; none where none are asked for. */
  readonly warm: readonly WarmKernelsModel[];
}

/**
 * `POST /runtimes/{kernelId}/move` with `{kernelspec}` gives the kernel's notebook a kernel elsewhere, and then ends this one;
 * where the new one does not start, this one stays (502). `DELETE /runtimes/{kernelId}` only ends it. Both keep all but the
 * variables, and say so.
 */
export interface MovedAnswer {
  /** The new one; null where it was only ended. */
  readonly kernelId: string | null;
  readonly kernelspec: string | null;
  /** How many runs waited for the kernel or were at work on it, and do not go on. */
  readonly endedRuns: number;
  /** What was kept and what is gone, in a sentence for people. */
  readonly note: string;
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
