import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DialInDesk } from '../../kernel-bridge/far/dial-in.ts';
import type { KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { Place } from '../../kernel-bridge/places/place.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { Logger } from '../logger.ts';
import type { PlaceRequest } from '../wire/places-api.ts';
import { inTime } from './in-time.ts';
import type { PlaceKinds } from './kinds.ts';
import { isPlaceId } from './place-id.ts';
import type { PlaceKindDefinition } from './place-kind.ts';
import type { PlaceEntry } from './place-settings.ts';
import { changedSettings, placeEntrySchema, validSettings } from './place-settings.ts';
import { PlacesError } from './places-error.ts';

export interface PlaceMakerOptions {
  /** Absolute; there is a folder in it for each place. */
  readonly directory: string;
  readonly kinds: PlaceKinds;
  readonly here: KernelSupervisor;
  /** This machine's. */
  readonly kernelspecs: KernelspecFinder;
  readonly desk: DialInDesk;
  /** Jupyter's, for connection files. */
  readonly runtimeDirectory: string;
  /** Whether a kernel of that id is one of this server's, wherever it runs. */
  isOurs(kernelId: string): boolean;
  readonly logger: Logger;
}

/** Makes places of what a person says of them. */
export class PlaceMaker {
  readonly #options: PlaceMakerOptions;

  constructor(options: PlaceMakerOptions) {
    this.#options = options;
  }

  /** @throws PlacesError 400 */
  async definition(kind: PlaceEntry['kind']): Promise<PlaceKindDefinition> {
    const load = this.#options.kinds[kind];
    if (load === undefined) throw new PlacesError(400, `This server knows no places of the kind "${kind}".`);
    return load();
  }

  /** @throws PlacesError 400 where the settings are wrong */
  async make(id: string, { kind, settings }: PlaceEntry, folder: string): Promise<Place> {
    const { here, kernelspecs, desk, runtimeDirectory, logger: log } = this.#options;
    const definition = await this.definition(kind);
    const isOurs = (kernelId: string): boolean => this.#options.isOurs(kernelId);
    const parts = { id, here, kernelspecs, desk, runtimeDirectory, isOurs, log, folder };
    return definition.make(validSettings(definition, settings), parts);
  }

  /** For one thing that is done with it, without being there. @throws PlacesError 400; and what `work` does */
  async tried<Result>(
    id: string,
    entry: PlaceEntry,
    isThere: boolean,
    work: (place: Place) => Promise<Result>,
  ): Promise<Result> {
    // What runs there is not to be touched by what is only tried.
    const place = await this.make(id, entry, await this.folder(isThere ? join(id, 'tried') : id));
    try {
      return await work(place);
    } finally {
      await inTime(place.close());
    }
  }

  folderOf(id: string): string {
    return join(this.#options.directory, id);
  }

  /** Absolute, and there. */
  async folder(id: string): Promise<string> {
    const folder = this.folderOf(id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  async removeFolder(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }
}

/**
 * What is asked for, as it is kept.
 * @param before the settings that it has, of which those stay that are not named
 * @throws PlacesError 400
 */
export function entryOf(
  id: string,
  { kind, title, settings: given }: PlaceRequest,
  before: PlaceEntry['settings'] = {},
): PlaceEntry {
  if (!isPlaceId(id))
    throw new PlacesError(400, 'An id is made of small letters, digits and dashes.', { field: 'id' });
  const parsed = placeEntrySchema.safeParse({ kind, title, settings: changedSettings(before, given) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new PlacesError(400, `${field}: ${issue?.message ?? 'is not valid'}`, { field });
}
