import type { FarSupervisor } from '../far/far-supervisor.ts';
import type { PlaceError } from '../places/place-error.ts';

/** One page's host of kernels, as the place of all of them sees it. */
export interface BrowserHost {
  readonly id: string;
  /** Whose page it is: a user name. */
  readonly person: string;
  /** For people: which browser, on which system. */
  readonly title: string;
  /** It can start kernels: its page is there, and connected. */
  readonly isThere: boolean;
  /** When it was connected last, in milliseconds since the epoch. */
  readonly lastSeen: number;
  readonly supervisor: FarSupervisor;
  /** Why its person may run no kernels, asked anew each time; null where they may (I7). */
  readonly refusal: PlaceError | null;
}

export interface BrowserHosts {
  /** The one that connected last is the last. */
  all(): readonly BrowserHost[];
}
