import { setTimeout as sleep } from 'node:timers/promises';
import type { KernelMessage } from '../protocol/message.ts';
import { PlaceError } from '../places/place-error.ts';
import type { GatewayWebsocket } from './gateway-websocket.ts';

export interface KeptWebsocketPlan {
  /** Opens it, once or once more. @throws PlaceError */
  open(): Promise<GatewayWebsocket>;
  /** Asked where it cannot be opened. @returns why there is no kernel to open it to any more; null: there is. @throws PlaceError */
  whyGone(): Promise<string | null>;
  readonly times: ReconnectTimes;
  readonly host: string;
  /** It is open; `lost` tells since when it was not, where it was before. */
  opened(lost: Loss | null): void;
  closed(): void;
  /** It cannot be opened, and will be tried again. Told once for each reason. */
  unreachable(error: PlaceError): void;
  /** There is nothing to open it to. The last that is told. */
  gone(why: string): void;
}

export interface Loss {
  readonly from: Date;
  readonly why: string;
}

/** In milliseconds. */
export interface ReconnectTimes {
  readonly first: number;
  readonly longest: number;
  /** A break that is shorter is not worth a word. */
  readonly tellAfter: number;
}
export const RECONNECT: ReconnectTimes = { first: 250, longest: 15_000, tellAfter: 5_000 };

/** A connection that held for so long was a good one. */
const STABLE = 10_000;

/** The websocket of one kernel, opened again whenever it closes, until the kernel is gone. */
export class KeptWebsocket {
  readonly #plan: KeptWebsocketPlan;
  readonly #closing = new AbortController();
  #socket: GatewayWebsocket | null = null;
  #isPaused = false;
  #lost: Loss | null;
  readonly #told = new Set<string>();
  #delay: number;
  /** While one try to open it takes long, nothing else tells that it is not open. */
  #telling: NodeJS.Timeout | undefined;

  /** @param lost where an earlier holder had it open, since when nobody has */
  constructor(plan: KeptWebsocketPlan, lost: Loss | null = null) {
    this.#plan = plan;
    this.#lost = lost;
    this.#delay = plan.times.first;
    void this.#run();
  }

  get isOpen(): boolean {
    return this.#socket !== null;
  }

  /** @returns false where it is not open: nothing is sent. @throws KernelError as `GatewayWebsocket.send` */
  send(message: KernelMessage): boolean {
    this.#socket?.send(message);
    return this.#socket !== null;
  }

  pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#socket?.pause(isPaused);
  }

  /** What was sent goes out. Resolves when it is closed; nothing is told any more. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#telling);
    // One that is being opened is closed when it is open, for which nobody waits.
    await this.#socket?.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (!(await this.#once())) return;
      // Also before it is opened again after it closed at once, which a server in trouble does for ever.
      await sleep(this.#delay * (0.75 + Math.random() / 2), undefined, { signal, ref: false }).catch(
        () => undefined, // Closed meanwhile.
      );
    }
  }

  /** @returns whether to try again */
  async #once(): Promise<boolean> {
    const { signal } = this.#closing;
    let socket: GatewayWebsocket;
    try {
      socket = await this.#plan.open();
    } catch (error) {
      return !signal.aborted && (await this.#failed(error as PlaceError));
    }
    if (signal.aborted) {
      await socket.close();
      return false;
    }
    const since = performance.now();
    this.#socket = socket;
    if (this.#isPaused) socket.pause(true);
    const lost = this.#lost;
    this.#lost = null;
    this.#told.clear();
    clearTimeout(this.#telling);
    this.#plan.opened(lost);
    const why = await socket.closed;
    this.#socket = null;
    if (signal.aborted) return false;
    this.#lost = { from: new Date(), why };
    this.#tellLater(why);
    this.#backOff(performance.now() - since > STABLE);
    this.#plan.closed();
    return true;
  }

  async #failed(error: PlaceError): Promise<boolean> {
    this.#backOff(false);
    try {
      const gone = await this.#plan.whyGone();
      if (this.#closing.signal.aborted) return false;
      if (gone !== null) {
        this.#plan.gone(gone);
        return false;
      }
      this.#tell(error);
    } catch (cause) {
      if (!this.#closing.signal.aborted) this.#tell(cause as PlaceError);
    }
    return !this.#closing.signal.aborted;
  }

  #tell(error: PlaceError): void {
    this.#lost ??= { from: new Date(), why: error.message };
    if (Date.now() - this.#lost.from.getTime() >= this.#plan.times.tellAfter) this.#tellOnce(error);
  }

  #tellOnce(error: PlaceError): void {
    if (this.#told.has(error.message)) return;
    this.#told.add(error.message);
    this.#plan.unreachable(error);
  }

  #tellLater(why: string): void {
    const { host, times } = this.#plan;
    this.#telling = setTimeout(() => {
      const text = `${host} cannot be reached: ${why}.`;
      if (this.#told.size > 0) return;
      this.#tellOnce(new PlaceError('PLACE_UNREACHABLE', text, 'It is tried again and again.'));
    }, times.tellAfter);
    this.#telling.unref();
  }

  #backOff(isGood: boolean): void {
    const { first, longest } = this.#plan.times;
    this.#delay = isGood ? first : Math.min(this.#delay * 2, longest);
  }
}
