import type { z } from 'zod';
import type { DialInDesk } from '../../kernel-bridge/far/dial-in.ts';
import type { KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { KernelLog } from '../../kernel-bridge/local/kernel-log.ts';
import type { Place } from '../../kernel-bridge/places/place.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';

/** What a place is made of, beside its settings. */
export interface PlaceParts {
  readonly id: string;
  /** The supervisor of this machine: it holds the kernels of places that have none of their own. */
  readonly here: KernelSupervisor;
  readonly log: KernelLog;
  /** Its alone, for what it must know after a restart (mode 0700). It is there, and goes with the place. */
  readonly folder: string;
  /** This machine's, for places whose machines see its files. */
  readonly kernelspecs: KernelspecFinder;
  /** Where supervisors dial in that the place starts elsewhere. */
  readonly desk: DialInDesk;
  /** Jupyter's, for connection files. */
  readonly runtimeDirectory: string;
  /** Whether a kernel of that id is one of this server's, wherever it runs. */
  isOurs(kernelId: string): boolean;
}

/** One kind of place, as the configuration file and REST make them. */
export interface PlaceKindDefinition {
  /** Of what a person gives; what comes out of it is the settings of the place's class. */
  readonly schema: z.ZodType<object>;
  /** The names of its fields that nobody is shown (I10). The configuration file names their files: `tokenFile` for `token`. */
  readonly secrets: readonly string[];
  /** They may be replaced while kernels run there, which use the new ones from then on. */
  readonly renewsSecrets?: boolean;
  /** @param settings what came out of `schema`. Imports the class; reaches nothing yet, so that it takes no time. */
  make(settings: object, parts: PlaceParts): Promise<Place>;
}

/** Keeps schema and settings of a kind together. */
export function definePlaceKind<Settings extends object>(definition: {
  readonly schema: z.ZodType<Settings>;
  readonly secrets: readonly string[];
  readonly renewsSecrets?: boolean;
  make(settings: Settings, parts: PlaceParts): Promise<Place>;
}): PlaceKindDefinition {
  return {
    ...definition,
    make: (settings, parts) => definition.make(settings as Settings, parts),
  };
}
