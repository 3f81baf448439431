import { UUID } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { BrowserKernelKind, IBrowserRuntime } from './browser-runtime.ts';
import type { HostConnection, HostSettings, HostTells, PageSays } from './host/page-talk.ts';
import { PageKernel } from './page-kernel.ts';

/** For a connection that somebody waits for, in milliseconds. */
const PATIENCE = 20_000;

/** The kernels of this page. Its host is started with the first; before, it is nothing but this object. */
export class PageRuntime implements IBrowserRuntime {
  readonly changed = new Signal<this, void>(this);
  /** What people should know of the host as a whole. */
  readonly problem = new Signal<this, string>(this);
  readonly connectionChanged = new Signal<this, HostConnection>(this);
  readonly #settings: HostSettings;
  readonly #openPort: () => Promise<MessagePort>;
  readonly #kernels = new Map<string, PageKernel>();
  readonly #session = UUID.uuid4();
  #port: Promise<MessagePort> | null = null;
  #handsOver = true;
  #connection: HostConnection = { kind: 'none' };

  constructor(settings: HostSettings, openPort: () => Promise<MessagePort>) {
    this.#settings = settings;
    this.#openPort = openPort;
  }

  get hostId(): string {
    return this.#settings.hostId;
  }

  /** Whether the host was ever needed. */
  get isStarted(): boolean {
    return this.#port !== null;
  }

  get connection(): HostConnection {
    return this.#connection;
  }

  /** The kernels of which only this browser has messages; what is on its way to the server at this moment is none. */
  get unshared(): readonly string[] {
    if (this.#connection.kind === 'accepted' && this.#handsOver) return [];
    return this.kernels.flatMap(({ id, unshared }) => (unshared > 0 ? [id] : []));
  }

  /** The kernels of the server that run something, or have said what it may not have yet. */
  get underWay(): readonly string[] {
    const isUnderWay = ({ isPrivate, unshared, state }: PageKernel): boolean =>
      !isPrivate && (unshared > 0 || state.kind === 'busy');
    return this.kernels.filter(isUnderWay).map(({ id }) => id);
  }

  get kernels(): readonly PageKernel[] {
    return [...this.#kernels.values()];
  }

  find(kernelId: string): PageKernel | null {
    return this.#kernels.get(kernelId) ?? null;
  }

  interrupt(kernelId: string): boolean {
    return this.find(kernelId)?.interrupt() ?? false;
  }

  startPrivate(kind: BrowserKernelKind): PageKernel {
    const kernel = new PageKernel(
      {
        ...{ id: UUID.uuid4(), kind, path: null, isPrivate: true, unshared: 0, canInterrupt: false },
        state: { kind: 'loading', text: 'Starting', done: null },
      },
      this.#session,
      this.say,
    );
    this.#kernels.set(kernel.id, kernel);
    this.say({ type: 'start-private', kernelId: kernel.id, kind });
    this.changed.emit();
    return kernel;
  }

  /**
   * Starts the host where there is none yet, and resolves once the server can start kernels on it.
   * @throws Error for people
   */
  async connected(): Promise<void> {
    await this.#open();
    if (this.#connection.kind === 'accepted') return;
    this.say({ type: 'connect', isAnew: false });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => done(new Error('The server did not answer this page’s host.')),
        PATIENCE,
      );
      const look = (): void => {
        const { kind } = this.#connection;
        if (kind === 'accepted') done(null);
        if (this.#connection.kind === 'refused') done(new Error(this.#connection.message));
      };
      const done = (error: Error | null): void => {
        clearTimeout(timer);
        this.connectionChanged.disconnect(look);
        if (error === null) resolve();
        else reject(error);
      };
      this.connectionChanged.connect(look);
      look();
    });
  }

  /** To the host, which is started for it. */
  readonly say = (said: PageSays): void => {
    if (said.type === 'documents') this.#handsOver = said.areShared;
    // Failures are told by whoever waits, and by the kernels that end of it.
    this.#open().then(
      (port) => port.postMessage(said),
      () => undefined,
    );
  };

  #open(): Promise<MessagePort> {
    return (this.#port ??= this.#openNow());
  }

  async #openNow(): Promise<MessagePort> {
    try {
      const port = await this.#openPort();
      port.onmessage = ({ data }: MessageEvent<HostTells>) => this.#hear(data);
      port.postMessage({ type: 'open', settings: this.#settings } satisfies PageSays);
      return port;
    } catch (error) {
      // The network may be back the next time.
      this.#port = null;
      const why = error instanceof Error ? error.message : String(error);
      for (const kernel of this.kernels)
        this.#hear({ type: 'kernel', kernel: { ...modelOf(kernel), state: { kind: 'ended', why } } });
      throw error;
    }
  }

  #hear(told: HostTells): void {
    switch (told.type) {
      case 'connection':
        this.#connection = told.connection;
        return this.connectionChanged.emit(told.connection);
      case 'kernel': {
        const known = this.#kernels.get(told.kernel.id);
        if (known === undefined)
          this.#kernels.set(told.kernel.id, new PageKernel(told.kernel, this.#session, this.say));
        else known.update(told.kernel);
        return this.changed.emit();
      }
      case 'gone':
        this.#kernels.delete(told.kernelId);
        return this.changed.emit();
      case 'messages': {
        const kernel = this.#kernels.get(told.kernelId);
        for (const message of told.messages) kernel?.message.emit(message);
        return;
      }
      case 'problem':
        return this.problem.emit(told.text);
    }
  }
}

function modelOf({ id, kind, path, isPrivate, state, unshared, canInterrupt }: PageKernel) {
  return { id, kind, path, isPrivate, state, unshared, canInterrupt };
}
