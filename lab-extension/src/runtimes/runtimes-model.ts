import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { PlaceModel } from '../../../server/wire/place.ts';
import type { RuntimesAnswer } from '../../../server/wire/places-api.ts';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import type { WarmKernelsModel } from '../../../server/wire/warm-kernels.ts';

/** In milliseconds: how often it is asked, while somebody looks, where the server cannot tell by itself. */
const ASK_EVERY = 5_000;

export interface RuntimeSources {
  places(): Promise<readonly PlaceModel[]>;
  runtimes(): Promise<RuntimesAnswer>;
  /**
   * Tells of changes from the server until it is called off; null where it does not.
   * @param changed there may be something new
   */
  follow(changed: () => void): (() => void) | null;
  /** Calls `run` after so many milliseconds, unless what it returns is called before. */
  after(milliseconds: number, run: () => void): () => void;
  /** Nobody sees a page in the background. */
  isHidden(): boolean;
}

/** Places and kernels as they are on the server, for as long as anybody on this page wants to know. */
export class RuntimesModel {
  #places: readonly PlaceModel[] | null = null;
  #runtimes: readonly RuntimeModel[] = [];
  #warm: readonly WarmKernelsModel[] = [];
  #problem: string | null = null;
  #watchers = 0;
  #unfollow: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;
  #asking: Promise<void> | null = null;
  #isStale = false;
  readonly #changed = new Signal<this, void>(this);

  constructor(private readonly sources: RuntimeSources) {}

  /** Null: not known yet. */
  get places(): readonly PlaceModel[] | null {
    return this.#places;
  }

  get runtimes(): readonly RuntimeModel[] {
    return this.#runtimes;
  }

  /** Kernels of the server's machine that wait for a notebook. */
  get warm(): readonly WarmKernelsModel[] {
    return this.#warm;
  }

  /** Why they are not known, or not as they are now. */
  get problem(): string | null {
    return this.#problem;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Keeps it up to date until it is disposed. */
  watch(): IDisposable {
    this.#watchers += 1;
    if (this.#watchers === 1) {
      this.#unfollow = this.sources.follow(() => void this.refresh());
      if (this.#unfollow === null) this.#askLater();
    }
    void this.refresh();
    return new DisposableDelegate(() => {
      this.#watchers -= 1;
      if (this.#watchers > 0) return;
      this.#unfollow?.();
      this.#unfollow = null;
      this.#cancelTimer?.();
      this.#cancelTimer = null;
    });
  }

  /** Resolves once they are as they were on the server at the time of the call, or later. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    this.#asking ??= this.#fetch().finally(() => (this.#asking = null));
    await this.#asking;
  }

  #askLater(): void {
    this.#cancelTimer = this.sources.after(ASK_EVERY, () => {
      const again = this.sources.isHidden() ? Promise.resolve() : this.refresh();
      void again.then(() => this.#watchers > 0 && this.#askLater());
    });
  }

  async #fetch(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const [places, answer] = await Promise.all([this.sources.places(), this.sources.runtimes()]);
        this.#places = places;
        this.#runtimes = answer.runtimes;
        this.#warm = answer.warm;
        this.#problem = null;
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error);
      }
    }
    this.#changed.emit();
  }
}
