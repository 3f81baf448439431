import type { PlaceKind, PlaceModel, PlaceState } from '../../../server/wire/place.ts';

export const KIND_TEXT: Readonly<Record<PlaceKind, string>> = {
  local: 'This machine',
  attach: 'Running kernels',
  ssh: 'Machine by ssh',
  slurm: 'Slurm cluster',
  kubernetes: 'Kubernetes cluster',
  gateway: 'Jupyter server or gateway',
  agent: 'Machine that dials in',
  browser: 'Tabs that run kernels',
};

const STATE_TEXT: Readonly<Record<PlaceState['kind'], string>> = {
  ready: 'ready',
  checking: 'being asked',
  away: 'away',
  failed: 'failed',
};

export function stateText({ kind }: PlaceState): string {
  return STATE_TEXT[kind];
}

/** What a place cannot do, which this machine can: sentences for people. */
export function shortcomings({ capabilities }: Pick<PlaceModel, 'capabilities'>): readonly string[] {
  const { resume, limits, restart, pause } = capabilities;
  return [
    resume
      ? ''
      : 'What a kernel says while the way to it is broken is lost; the cell shows where something is missing.',
    restart ? '' : 'Its kernels cannot be restarted, only started anew.',
    limits ? '' : 'Limits of memory and time are not watched there.',
    pause ? '' : 'A kernel that says more than can be stored is not held up: what is too much is lost.',
  ].filter((sentence) => sentence !== '');
}
