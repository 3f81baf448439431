import type { LiveClock } from '../../lab-extension/src/live/live-clock.ts';
import type { LiveTransportEvents, OpenTransport } from '../../lab-extension/src/live/live-transport.ts';
import type { Identity } from '../../server/auth/identity.ts';
import { LivePage, type LivePageDependencies } from '../../server/live/live-page.ts';
import type { PageSocket } from '../../server/live/page-socket.ts';

const NOBODY: Identity = {
  username: '',
  name: '',
  displayName: '',
  initials: null,
  avatarUrl: null,
  color: null,
  right: 'full',
};

/** A clock that stands still until it is told otherwise. */
export class StoppedClock implements LiveClock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return 1;
  }

  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = due.at;
      due.call();
    }
    this.#now = end;
  }
}

/** A network between pages and our server, which passes on what waits when it is told to, and can be cut. */
export class LiveNetwork {
  /** Null while it is not running. */
  server: LivePageDependencies | null;
  /** Those whose messages do not get through for now, though they hear the server. */
  readonly held = new Set<string>();
  readonly #connections = new Set<Connection>();

  constructor(server: LivePageDependencies) {
    this.server = server;
  }

  /** For one page. @param username who it is */
  openTransport(username: string): OpenTransport {
    return (events) => {
      const connection = new Connection(events, () => this.held.has(username), username);
      if (this.server === null) queueMicrotask(() => connection.cut(''));
      else connection.open(this.server);
      this.#connections.add(connection);
      return { send: (data) => connection.up.push(data), close: () => connection.cut(null) };
    };
  }

  /** Passes on all that waits, in both directions, until nothing does. */
  async flush(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await new Promise(setImmediate);
      for (const connection of this.#connections) if (connection.pass()) quiet = 0;
    }
  }

  /** Breaks all connections; what was under way is lost. */
  async cut(reason = ''): Promise<void> {
    for (const connection of this.#connections) connection.cut(reason);
    this.#connections.clear();
    await new Promise(setImmediate);
  }
}

class Connection implements PageSocket {
  readonly up: (string | Uint8Array)[] = [];
  readonly unsentBytes = 0;
  #down: (string | Uint8Array)[] = [];
  #page: LivePage | null = null;
  #isCut = false;

  constructor(
    private readonly events: LiveTransportEvents,
    private readonly isHeld: () => boolean,
    private readonly username: string,
  ) {}

  open(server: LivePageDependencies): void {
    const { username } = this;
    const identity = { ...NOBODY, username };
    this.#page = new LivePage(this, identity, server);
    queueMicrotask(() => this.#isCut || this.events.opened());
  }

  send(data: string | Uint8Array): void {
    this.#down.push(data);
  }

  sendAndWait(data: Uint8Array): Promise<void> {
    this.send(data);
    return Promise.resolve();
  }

  pause(): void {
    // Nothing here comes faster than it is taken.
  }

  resume(): void {
    // As above.
  }

  close(_code: number, reason: string): void {
    this.cut(reason);
  }

  /** @returns whether there was anything */
  pass(): boolean {
    const up = this.isHeld() ? [] : this.up.splice(0);
    const down = this.#down.splice(0);
    for (const data of up) {
      if (typeof data === 'string') this.#page?.receiveText(data);
      else this.#page?.receiveBinary(data);
    }
    for (const data of down) {
      if (this.#isCut) break;
      if (typeof data === 'string') this.events.text(data);
      else this.events.binary(data);
    }
    return up.length + down.length > 0;
  }

  /** @param reason null: by the page, which knows */
  cut(reason: string | null): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#page?.closed();
    this.up.length = 0;
    this.#down = [];
    if (reason !== null) this.events.closed(reason);
  }
}
