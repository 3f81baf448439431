import type { PlaceKind } from '../wire/place.ts';
import type { PlaceKindDefinition } from './place-kind.ts';

/** Kinds of places that people can make; agents that dial in come by themselves, and `local` and `browser` are there. */
export type MadePlaceKind = Exclude<PlaceKind, 'local' | 'agent' | 'browser'>;
export type PlaceKinds = Readonly<Partial<Record<MadePlaceKind, () => Promise<PlaceKindDefinition>>>>;

/** One line a kind, imported where the first place of it is made: `settings/<kind>.ts` exports its definition. */
export const placeKinds: PlaceKinds = {
  attach: async () => (await import('./settings/attach.ts')).attachKind,
  ssh: async () => (await import('./settings/ssh.ts')).sshKind,
  slurm: async () => (await import('./settings/slurm.ts')).slurmKind,
  kubernetes: async () => (await import('./settings/kubernetes.ts')).kubernetesKind,
  gateway: async () => (await import('./settings/gateway.ts')).gatewayKind,
};
