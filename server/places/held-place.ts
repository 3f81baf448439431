import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { answeredInTime } from '../../kernel-bridge/places/answered-in-time.ts';
import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { Place } from '../../kernel-bridge/places/place.ts';
import type { MachineModel, PlaceKind, PlaceState } from '../wire/place.ts';
import { placedKernelspecs } from './placed-kernelspec.ts';

/** In milliseconds: how long an answer is taken for true, and how long is waited for one. */
const FRESH = 60_000;
const PATIENCE = 90_000;
const FIRST_RETRY = 15_000;
const LAST_RETRY = 10 * 60_000;

export interface HeldPlaceOptions {
  readonly id: string;
  readonly title: string;
  readonly kind: PlaceKind;
  readonly isConfigured: boolean;
  /** As people may see them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Null where it could not be made, and `problem` says why. */
  readonly place: Place | null;
  readonly problem?: string;
  /** As it was when it was asked last, maybe of an earlier server. */
  readonly known?: readonly Kernelspec[];
  /** Of an agent that dials in. */
  machine?(): MachineModel | null;
  onChange(held: HeldPlace): void;
}

/** One place, how it is, and what can be started there as far as that is known. It is asked behind everybody's back. */
export class HeldPlace {
  readonly #options: HeldPlaceOptions;
  #title: string;
  #state: PlaceState;
  #found: readonly Kernelspec[];
  #kernelspecs: readonly Kernelspec[];
  #isKnown = false;
  #asked = 0;
  #asking: Promise<void> | null = null;
  #isToAskAgain = false;
  #retryAfter = FIRST_RETRY;
  #retry: NodeJS.Timeout | undefined;
  #wasOut = false;
  #isClosed = false;
  reconnects = 0;

  constructor(options: HeldPlaceOptions) {
    this.#options = options;
    this.#title = options.title;
    this.#found = options.known ?? [];
    this.#kernelspecs = placedKernelspecs(this.#found, this);
    this.#state =
      options.place === null
        ? stateOf('failed', options.problem ?? null, 'Correct its settings.')
        : stateOf('checking', null, null);
    options.place?.onChange?.(() => void this.refresh());
  }

  get id(): string {
    return this.#options.id;
  }
  get kind(): PlaceKind {
    return this.#options.kind;
  }
  get isConfigured(): boolean {
    return this.#options.isConfigured;
  }
  get settings(): Readonly<Record<string, unknown>> {
    return this.#options.settings;
  }
  get place(): Place | null {
    return this.#options.place;
  }
  get machine(): MachineModel | null {
    return this.#options.machine?.() ?? null;
  }
  get title(): string {
    return this.#title;
  }
  get state(): PlaceState {
    return this.#state;
  }

  /** As the server names them. */
  get kernelspecs(): readonly Kernelspec[] {
    return this.#kernelspecs;
  }

  /** As the place names them. */
  get found(): readonly Kernelspec[] {
    return this.#found;
  }

  rename(title: string): void {
    this.#title = title;
    this.#kernelspecs = placedKernelspecs(this.#found, this);
    this.#options.onChange(this);
  }

  /** Asks it unless it was asked lately; nobody waits for it. */
  refreshIfOld(): void {
    if (this.#retry === undefined && Date.now() - this.#asked > FRESH) void this.refresh();
  }

  /** Asks it anew. Resolves, never rejects, once it has answered or has not. */
  refresh(): Promise<void> {
    if (this.#isClosed || this.place === null) return Promise.resolve();
    this.#isToAskAgain = this.#asking !== null;
    return (this.#asking ??= this.#refresh(this.place).finally(() => {
      this.#asking = null;
      if (this.#isToAskAgain) void this.refresh();
    }));
  }

  /** Once it has answered for the first time, or has not. */
  async known(): Promise<void> {
    if (!this.#isKnown && this.#state.kind === 'checking') await this.refresh();
  }

  /** Asks no more. Idempotent; the place itself is whoever's it is. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  async #refresh(place: Place): Promise<void> {
    this.#asked = Date.now();
    this.#isToAskAgain = false;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#told(place);
    try {
      this.#found = await answeredInTime(place.kernelspecs(), PATIENCE, late);
      this.#isKnown = true;
      this.#kernelspecs = placedKernelspecs(this.#found, this);
      this.#retryAfter = FIRST_RETRY;
      this.#become(stateOf('ready', null, null));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What it says by itself. */
  #told(place: Place): void {
    const isOut = place.outage != null;
    if (this.#wasOut && !isOut) this.reconnects += 1;
    this.#wasOut = isOut;
  }

  #failed(error: unknown): void {
    const { outage } = this.place ?? {};
    const isAway = error instanceof PlaceError && error.code === 'PLACE_AWAY';
    const text = outage ?? (error instanceof Error ? error.message : String(error));
    const remedy = error instanceof PlaceError ? error.remedy : null;
    this.#become(stateOf(isAway ? 'away' : 'failed', text, remedy));
    // One that dials in tells when it comes.
    if (isAway || this.#isClosed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.refresh();
    }, this.#retryAfter).unref();
    this.#retryAfter = Math.min(2 * this.#retryAfter, LAST_RETRY);
  }

  #become(state: PlaceState): void {
    if (this.#isClosed) return;
    const { kind, text, since } = this.#state;
    // It is so since it was so first.
    this.#state = kind === state.kind && text === state.text ? { ...state, since } : state;
    this.#options.onChange(this);
  }
}

function stateOf(kind: PlaceState['kind'], text: string | null, remedy: string | null): PlaceState {
  return { kind, text, remedy, since: new Date().toISOString() };
}

function late(): PlaceError {
  return new PlaceError(
    'PLACE_UNREACHABLE',
    `It has not answered within ${PATIENCE / 1000} seconds.`,
    'Try again, or look at its own log.',
  );
}
