import type { HeldMessages } from '../life/held-messages.ts';
import type { CurrentRun } from './current-run.ts';

/** Where a kernel of this machine is in its life. */
export type LocalKernelLife =
  | { readonly state: 'running'; readonly current: CurrentRun }
  /** One process is ending or has ended; another follows and gets what is held. */
  | { readonly state: 'between'; readonly held: HeldMessages }
  | { readonly state: 'over' };

/** Ids of the messages that the next process gets. */
export function waitingIds(life: LocalKernelLife): ReadonlySet<string> {
  const held = life.state === 'between' ? [...life.held] : [];
  return new Set(held.map(({ header }) => header.msg_id));
}
