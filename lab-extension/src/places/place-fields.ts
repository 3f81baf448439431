import type { PlaceKind } from '../../../server/wire/place.ts';

/** One setting of a place, as a person gives it. */
export interface PlaceField {
  /** As the server calls it in the settings. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** `lines` are several texts, `pairs` are `NAME=VALUE` a line; `secret` is never shown again. */
  readonly kind: 'text' | 'secret' | 'number' | 'lines' | 'pairs' | 'choice' | 'check';
  readonly choices?: readonly (readonly [string, string])[];
  readonly required?: boolean;
  readonly placeholder?: string;
  /** Below "More", with what few people need. */
  readonly rare?: boolean;
}

/** Kinds that a person can add, in this order. */
export const ADDED_KINDS: readonly PlaceKind[] = ['ssh', 'slurm', 'agent', 'gateway', 'kubernetes', 'attach'];

export const KIND_HELP: Readonly<Record<PlaceKind, string>> = {
  local: '',
  ssh: 'A workstation or server that you reach by ssh. It needs a shell and a Jupyter kernel there, nothing else.',
  slurm: 'Each kernel is a job of a cluster, with the resources that its notebook asks for.',
  agent:
    'A machine that connects to this server by itself: behind a firewall, or a laptop. You get a command to run there.',
  gateway: 'Another Jupyter server, an Enterprise Gateway, or your server of a JupyterHub.',
  kubernetes: 'Each kernel is a pod of a cluster.',
  attach:
    'A kernel that runs already, as `ipython kernel` or `jupyter console` start it. It is never shut down from here.',
};

export const PLACE_FIELDS: Readonly<Record<PlaceKind, readonly PlaceField[]>> = {
  local: [],
  agent: [],
  ssh: [],
  slurm: [],
  gateway: [],
  kubernetes: [],
  attach: [],
};
