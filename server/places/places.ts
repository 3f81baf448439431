import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { Place } from '../../kernel-bridge/places/place.ts';
import type { FoundKernel } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { ConfiguredPlaces } from '../settings.ts';
import type { MachineModel, PlaceKind } from '../wire/place.ts';
import type { PlaceRequest } from '../wire/places-api.ts';
import { HeldPlace } from './held-place.ts';
import { inTime } from './in-time.ts';
import { KnownKernelspecs } from './known-kernelspecs.ts';
import { isPlaceId, placeIdOf } from './place-id.ts';
import type { PlaceKindDefinition } from './place-kind.ts';
import type { PlaceMakerOptions } from './place-maker.ts';
import { entryOf, PlaceMaker } from './place-maker.ts';
import type { PlaceEntry } from './place-settings.ts';
import { changedSettings, differsBySecretsAlone, validSettings, withoutSecrets } from './place-settings.ts';
import { PlacesError } from './places-error.ts';
import type { PlacesFile } from './places-file.ts';

/** People make them one by one; more is a mistake in a program. */
const MOST = 200;

/** A place that is not made by its settings: a machine that dials in. */
export interface JoinedPlace {
  readonly id: string;
  readonly title: string;
  readonly kind: PlaceKind;
  readonly place: Place;
  machine(): MachineModel | null;
  /** A person removes it here; its kernels are gone by then. */
  removed(actor: string): Promise<void>;
}

/** A kernel that runs at a place, as people are told of it. */
export interface KernelAtPlace {
  readonly kernelId: string;
  readonly notebook: string | null;
  readonly state: string;
}

export interface PlacesOptions extends PlaceMakerOptions {
  readonly configured: ConfiguredPlaces;
  readonly file: PlacesFile;
  kernelsAt(placeId: string): readonly KernelAtPlace[];
  /** Ends a kernel, or lets go of one that cannot be reached. */
  endKernel(kernelId: string, actor: string): Promise<void>;
}

interface Entry {
  readonly held: HeldPlace;
  /** What was given, with secrets; null for one that is configured or joined, and so not to be changed here. */
  readonly given: PlaceEntry | null;
  readonly joined: JoinedPlace | null;
}

/** All places beside this machine: configured ones, those that people made, and machines that dial in. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #maker: PlaceMaker;
  readonly #known: KnownKernelspecs;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  /** Additions, changes and removals come one after another. */
  #changing: Promise<unknown> = Promise.resolve();
  /** Why what people made cannot be read, and must not be written over. */
  #fileProblem: string | null = null;

  /** Makes all places that are known and reaches none yet, so that a server's start waits for nobody. */
  static async open(options: PlacesOptions): Promise<Places> {
    const places = new Places(options);
    const { configured, file, logger } = options;
    const made = await file.read().catch((error: unknown) => {
      places.#fileProblem = error instanceof Error ? error.message : String(error);
      logger.error({ err: error }, 'The places that people made cannot be read');
      return new Map<string, PlaceEntry>();
    });
    await Promise.all([
      ...[...configured].map(([id, entry]) => places.#hold(id, entry, null)),
      ...[...made].flatMap(([id, entry]) =>
        // One of the same name was configured since.
        configured.has(id) || !isPlaceId(id) ? [] : [places.#hold(id, entry, entry)],
      ),
    ]);
    return places;
  }

  private constructor(options: PlacesOptions) {
    this.#options = options;
    this.#maker = new PlaceMaker(options);
    this.#known = new KnownKernelspecs((id) => this.#maker.folderOf(id), options.logger);
  }

  list(): HeldPlace[] {
    return [...this.#entries.values()].map(({ held }) => held);
  }

  find(id: string): HeldPlace | undefined {
    return this.#entries.get(id)?.held;
  }

  /** @throws PlacesError 404 */
  get(id: string): HeldPlace {
    const held = this.find(id);
    if (held === undefined) throw new PlacesError(404, `There is no place "${id}".`);
    return held;
  }

  /** Asks all of them for the first time, behind the server's start. */
  refreshAll(): void {
    for (const held of this.list()) void held.refresh();
  }

  /** Told whenever a place came, went or is otherwise than before. @returns what ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A machine that dials in is a place from now on. @returns what takes it away again, which lets go of its kernels */
  async join(joined: JoinedPlace): Promise<() => Promise<void>> {
    const { id, title, kind, place } = joined;
    if (this.#entries.has(id)) throw new Error(`there is a place ${id} already`);
    await this.#maker.folder(id);
    const held = new HeldPlace({
      ...{ id, title, kind, place, isConfigured: false, settings: {} },
      known: await this.#known.read(id),
      machine: () => joined.machine(),
      onChange: (changed) => this.#changed(changed),
    });
    this.#entries.set(id, { held, given: null, joined });
    void held.refresh();
    this.#tell();
    return () => this.#leave(id);
  }

  /** @throws PlacesError 400, 409 */
  add(request: PlaceRequest): Promise<HeldPlace> {
    return this.#inTurn(async () => {
      if (this.#entries.size >= MOST) throw new PlacesError(409, 'There are too many places.');
      const id = this.idFor(request);
      const entry = entryOf(id, request);
      if (this.#entries.has(id))
        throw new PlacesError(409, `There is a place "${id}" already.`, { field: 'id' });
      validSettings(await this.#maker.definition(entry.kind), entry.settings);
      await this.#write((places) => places.set(id, entry));
      const held = await this.#hold(id, entry, entry);
      void held.refresh();
      return held;
    });
  }

  /** @throws PlacesError 400, 404, 409 */
  change(id: string, request: PlaceRequest): Promise<HeldPlace> {
    return this.#inTurn(async () => {
      const { held, given } = this.#changeable(id);
      const definition = await this.#maker.definition(given.kind);
      const settings = changedSettings(given.settings, request.settings);
      const entry = { ...given, title: request.title, settings };
      validSettings(definition, settings);
      const isSame = JSON.stringify(settings) === JSON.stringify(given.settings);
      if (
        !isSame &&
        !(definition.renewsSecrets === true && differsBySecretsAlone(definition, given.settings, settings))
      )
        this.#assertEmpty(id, 'Its settings can be changed once they have ended.');
      await this.#write((places) => places.set(id, entry));
      if (isSame) {
        this.#entries.set(id, { held, given: entry, joined: null });
        held.rename(entry.title);
        return held;
      }
      held.close();
      await inTime(held.place?.close());
      const changed = await this.#hold(id, entry, entry);
      void changed.refresh();
      return changed;
    });
  }

  /**
   * @param ends also ends the kernels that run there, and lets go of those that cannot be reached
   * @throws PlacesError 404, 409
   */
  remove(id: string, ends: boolean, actor: string): Promise<void> {
    return this.#inTurn(async () => {
      const entry = this.#entries.get(id);
      if (entry?.joined == null) this.#changeable(id);
      if (ends) {
        const kernels = this.#options.kernelsAt(id);
        await Promise.all(kernels.map(({ kernelId }) => this.#options.endKernel(kernelId, actor)));
      } else this.#assertEmpty(id, 'End them first, or remove it with its kernels.');
      if (entry?.joined != null) {
        await entry.joined.removed(actor);
        if (this.#entries.has(id)) await this.#leave(id);
      } else {
        await this.#write((places) => places.delete(id));
        entry?.held.close();
        await inTime(entry?.held.place?.end());
        this.#entries.delete(id);
      }
      await this.#known.forget(id);
      await this.#maker.removeFolder(id);
      this.#tell();
    });
  }

  /**
   * Tries a place step by step, one that is there or one that is not yet.
   * @returns what can be started there, as the server would name it
   * @throws PlaceError, PlacesError 400, 404
   */
  async check(
    request: PlaceRequest | { readonly id: string },
    step: (text: string) => void,
  ): Promise<readonly string[]> {
    if (!('kind' in request)) {
      const held = this.get(request.id);
      if (held.place === null)
        throw new PlaceError('PLACE_UNFIT', held.state.text ?? 'It cannot be used.', held.state.remedy ?? '');
      await held.place.check(step);
      await held.refresh();
      return held.kernelspecs.map(({ name }) => name);
    }
    return this.#trying(request, async (place, id) => {
      await place.check(step);
      return (await place.kernelspecs()).map(({ name }) => `${id}.${name}`);
    });
  }

  /** @throws PlaceError, PlacesError 400, 404 */
  async acceptHostKey(id: string, fingerprint: string, request: PlaceRequest | undefined): Promise<void> {
    const accept = async (place: Place | null): Promise<void> => {
      if (place?.acceptHostKey === undefined)
        throw new PlacesError(400, 'Such a place has no host key to accept.');
      await place.acceptHostKey(fingerprint);
    };
    if (request === undefined) await accept(this.get(id).place);
    else await this.#trying({ ...request, id }, accept);
    void this.find(id)?.refresh();
  }

  /** Which id a place would get that is not there yet. @throws PlacesError 400 */
  idFor(request: PlaceRequest): string {
    return request.id ?? placeIdOf(request.title, (id) => this.#entries.has(id));
  }

  get found(): readonly FoundKernel[] {
    return this.list().flatMap(({ place }) => [...(place?.found ?? [])]);
  }

  /** Lets go of all kernels, which live on. Idempotent. */
  async close(): Promise<void> {
    await this.#leaveAll((place) => place.close());
  }

  /** Ends the kernels of all places. Idempotent. */
  async end(): Promise<void> {
    await this.#leaveAll((place) => place.end());
  }

  async #leaveAll(leave: (place: Place) => Promise<void>): Promise<void> {
    const { logger } = this.#options;
    const leaving = this.list().map(async (held) => {
      held.close();
      if (held.place === null) return;
      await inTime(leave(held.place)).catch((error: unknown) =>
        logger.warn({ err: error, place: held.id }, 'A place could not be left as it should'),
      );
    });
    await Promise.all(leaving);
  }

  async #hold(
    id: string,
    entry: PlaceEntry & { readonly problem?: string },
    given: PlaceEntry | null,
  ): Promise<HeldPlace> {
    const { kind, title = id, settings } = entry;
    let definition: PlaceKindDefinition | null = null;
    let place: Place | null = null;
    let problem = entry.problem;
    const folder = await this.#maker.folder(id);
    try {
      definition = await this.#maker.definition(kind);
      if (problem === undefined) place = await this.#maker.make(id, entry, folder);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      this.#options.logger.warn({ err: error, place: id }, 'A place cannot be used as it is set');
    }
    const held = new HeldPlace({
      ...{ id, title, kind, place, isConfigured: given === null },
      settings: definition === null ? {} : withoutSecrets(definition, settings),
      ...(problem !== undefined && { problem }),
      known: await this.#known.read(id),
      onChange: (changed) => this.#changed(changed),
    });
    this.#entries.set(id, { held, given, joined: null });
    this.#tell();
    return held;
  }

  /** @throws PlacesError 400; and what `work` does */
  async #trying<Result>(
    request: PlaceRequest,
    work: (place: Place, id: string) => Promise<Result>,
  ): Promise<Result> {
    const id = this.idFor(request);
    const there = this.#entries.get(id);
    const entry = entryOf(id, request, there?.given?.settings);
    return this.#maker.tried(id, entry, there !== undefined, (place) => work(place, id));
  }

  async #leave(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.held.close();
    await inTime(entry?.held.place?.close());
    this.#tell();
  }

  /** @throws PlacesError 404, 409 */
  #changeable(id: string): { held: HeldPlace; given: PlaceEntry } {
    const held = this.get(id);
    const given = this.#entries.get(id)?.given ?? null;
    if (given === null)
      throw new PlacesError(
        409,
        held.isConfigured
          ? 'This place is in the configuration file, and is changed there.'
          : 'This place is a machine that dials in: it has no settings here.',
      );
    return { held, given };
  }

  /** @throws PlacesError 409 */
  #assertEmpty(id: string, remedy: string): void {
    const kernels = this.#options.kernelsAt(id);
    if (kernels.length === 0) return;
    const message = kernels.length === 1 ? 'A kernel runs there.' : `${kernels.length} kernels run there.`;
    throw new PlacesError(409, message, { remedy, kernels });
  }

  async #write(change: (places: Map<string, PlaceEntry>) => void): Promise<void> {
    if (this.#fileProblem !== null)
      throw new PlacesError(500, `No place can be kept: ${this.#fileProblem}`, {
        remedy: 'Correct or remove that file, and start the server anew.',
      });
    const places = new Map<string, PlaceEntry>();
    for (const [id, { given }] of this.#entries) if (given !== null) places.set(id, given);
    change(places);
    await this.#options.file.write(places);
  }

  #changed(held: HeldPlace): void {
    this.#tell();
    const isThere = this.#entries.get(held.id)?.held === held;
    if (isThere && held.state.kind === 'ready') this.#known.keep(held.id, held.found);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#changing.then(work);
    this.#changing = result.catch(() => undefined);
    return result;
  }
}
