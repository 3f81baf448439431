import { randomUUID } from 'node:crypto';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { FoundKernel, KernelSupervisor, SupervisedKernelListener } from './kernel-supervisor.ts';
import { type Down, errorFrom, type KernelState, type Welcome } from './link/down.ts';
import type { Entry } from './link/entry.ts';
import type { Up, UpRequest } from './link/up.ts';
import { usageIn } from './link/usage-in-status.ts';
import { type AnswerMessage, type KernelLink, LinkedKernel } from './linked-kernel.ts';
import { SupervisedTerminals } from './terminals/supervised-terminals.ts';
import type { ConnectionListener, SupervisorLine } from './supervisor-connection.ts';

export interface SupervisorClientOptions {
  readonly log: KernelLog;
  /**
   * Connects, starting a supervisor where there is none. Resolves when the listener was welcomed.
   * @throws KernelError KERNEL_SUPERVISOR_LOST
   */
  connect(clientId: string, listener: ConnectionListener): Promise<void>;
  /** What it says of a kernel that the supervisor knows no more; without it, nothing. */
  readonly explainLost?: string;
}

interface Asked {
  readonly request: UpRequest;
  readonly resolve: (answer: AnswerMessage) => void;
  readonly reject: (error: Error) => void;
}

type Link =
  | { readonly state: 'linked'; readonly connection: SupervisorLine }
  /** It broke; what is asked meanwhile is asked when there is another. */
  | { readonly state: 'linking' }
  /** It could not be made, and is tried again later. */
  | { readonly state: 'lost'; readonly error: KernelError; readonly retry: NodeJS.Timeout | null };

/** In milliseconds; doubled each time. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 60_000;

/** The server's end of the link: its kernels, whatever connection and whatever supervisor there is. */
export class SupervisorClient implements KernelSupervisor, KernelLink {
  readonly terminals = new SupervisedTerminals();
  readonly #options: SupervisorClientOptions;
  readonly #clientId = randomUUID();
  readonly #kernels = new Map<string, LinkedKernel>();
  /** Those whose launch is not answered: a supervisor that does not know them will. */
  readonly #launching = new Set<LinkedKernel>();
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #link: Link = { state: 'linking' };
  #found: Welcome['kernels'] = [];
  /** What was known before there was a connection. */
  readonly #known = new Map<string, LaunchRequest>();
  #retryAfter = FIRST_RETRY;
  #isClosing = false;
  #closing: Promise<void> | null = null;
  #ending: Promise<void> | null = null;
  #onClosed: (() => void) | null = null;

  /** @throws KernelError KERNEL_SUPERVISOR_LOST */
  static async open(options: SupervisorClientOptions): Promise<SupervisorClient> {
    const client = new SupervisorClient(options);
    await client.#makeLink();
    return client;
  }

  /**
   * Does not wait for a connection: what is asked before there is one waits for it.
   * @param known kernels that the supervisor is known to hold
   */
  static openAway(options: SupervisorClientOptions, known: readonly LaunchRequest[]): SupervisorClient {
    const client = new SupervisorClient(options);
    for (const launch of known) client.#known.set(launch.kernelId, launch);
    client.#found = known.map((launch) => ({ launch, state: unknownState(launch.kernelId), last: 0 }));
    void client.#relink();
    return client;
  }

  private constructor(options: SupervisorClientOptions) {
    this.#options = options;
  }

  get isLinked(): boolean {
    return this.#link.state === 'linked';
  }

  get found(): readonly FoundKernel[] {
    return this.#found
      .filter(({ launch }) => !this.#kernels.has(launch.kernelId))
      .map(({ launch, state }) => ({ request: launch, pid: state.pid, isOver: state.isOver }));
  }

  async launch(launch: LaunchRequest, listener: SupervisedKernelListener): Promise<LinkedKernel> {
    const { kernelId } = launch;
    const kernel = new LinkedKernel(this, launch, unknownState(kernelId), 0, listener);
    this.#kernels.set(kernelId, kernel);
    this.#launching.add(kernel);
    try {
      await this.request({ do: 'launch', launch });
    } catch (error) {
      this.#kernels.delete(kernelId);
      throw error;
    } finally {
      this.#launching.delete(kernel);
    }
    return kernel;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): LinkedKernel {
    const found = this.#found.find(({ launch }) => launch.kernelId === kernelId);
    const launch = found?.launch ?? this.#known.get(kernelId);
    if (launch === undefined) throw new TypeError(`kernel ${kernelId} was not found`);
    const state = found?.state ?? unknownState(kernelId);
    const kernel = new LinkedKernel(this, launch, state, after, listener);
    this.#kernels.set(kernelId, kernel);
    kernel.linked();
    // Whoever adopts it has it in hand before it hears that it is over.
    if (found === undefined) setImmediate(() => kernel.lost(this.#options.explainLost));
    return kernel;
  }

  async usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    const { result } = await this.request({ do: 'status' });
    return usageIn(result);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close(() => this.#connection?.close());
    return this.#closing;
  }

  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Waits no more for answers to requests that somebody waits for; those that were done are not undone. */
  refuse(isRefused: (request: UpRequest) => boolean, error: KernelError): void {
    for (const [id, { request, reject }] of this.#asked) {
      if (!isRefused(request)) continue;
      this.#asked.delete(id);
      reject(error);
    }
  }

  /** Hears no more of a kernel. */
  forget(kernelId: string): void {
    this.#kernels.delete(kernelId);
    this.#known.delete(kernelId);
  }

  say(message: Up): void {
    this.#connection?.say(message);
  }

  write(frame: Buffer): void {
    this.#connection?.write(frame);
  }

  request(request: UpRequest): Promise<AnswerMessage> {
    return new Promise((resolve, reject) => {
      this.assertReachable();
      const id = ++this.#lastId;
      this.#asked.set(id, { request, resolve, reject });
      this.say({ type: 'request', id, request });
    });
  }

  assertReachable(): void {
    if (this.#isClosing)
      throw new KernelError('KERNEL_SUPERVISOR_LOST', 'the server has let go of its kernels');
    if (this.#link.state === 'lost') throw this.#link.error;
  }

  get #connection(): SupervisorLine | null {
    return this.#link.state === 'linked' ? this.#link.connection : null;
  }

  async #end(): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    await this.request({ do: 'end' });
    // It ends when it has said so, and its end of the connection with it.
    this.#closing ??= this.#close(() => undefined);
    await this.#closing;
  }

  async #close(endConnection: () => void): Promise<void> {
    this.#isClosing = true;
    for (const kernel of this.#kernels.values()) kernel.flushAcknowledgement();
    if (this.#link.state === 'lost' && this.#link.retry !== null) clearTimeout(this.#link.retry);
    const closed = new Promise<void>((resolve) => (this.#onClosed = resolve));
    if (this.#connection === null)
      return this.#refuseAsked(new KernelError('KERNEL_SUPERVISOR_LOST', 'the server has let go'));
    endConnection();
    await closed;
  }

  async #makeLink(): Promise<void> {
    await this.#options.connect(this.#clientId, {
      welcomed: (welcome, connection) => this.#welcomed(welcome, connection),
      heard: (message) => this.#heard(message),
      entry: (kernelId, entry) => this.#entry(kernelId, entry),
      terminal: (type, payload) => this.terminals.receive(type, payload),
      closed: () => this.#broken(),
    });
  }

  #welcomed(welcome: Welcome, connection: SupervisorLine): void {
    // The server ended while this was made.
    if (this.#isClosing) return connection.close();
    this.#link = { state: 'linked', connection };
    this.#retryAfter = FIRST_RETRY;
    this.#found = welcome.kernels;
    this.terminals.connected((frame) => connection.write(frame), welcome.terminals);
    const known = new Map(welcome.kernels.map(({ state }) => [state.kernelId, state]));
    for (const kernel of this.#kernels.values()) {
      const state = known.get(kernel.id);
      if (state === undefined) {
        if (!this.#launching.has(kernel)) kernel.lost(this.#options.explainLost);
        continue;
      }
      kernel.stateChanged(state);
      kernel.linked();
    }
    for (const [id, { request }] of this.#asked) this.say({ type: 'request', id, request });
  }

  #heard(message: Exclude<Down, Welcome>): void {
    switch (message.type) {
      case 'unwelcome':
        return; // Whoever connects has read it.
      case 'taken-over':
        this.#options.log.warn({}, 'another server has taken over the kernels');
        this.#giveUp('another server has taken over the kernels', null);
        return;
      case 'kernel-state':
        return this.#kernels.get(message.state.kernelId)?.stateChanged(message.state);
      case 'handed-over':
        return this.#kernels.get(message.kernelId)?.handedOverUpTo(message.number);
      case 'refused':
        return this.#kernels.get(message.kernelId)?.refused(message.number, message.error);
      case 'answer': {
        const asked = this.#asked.get(message.id);
        this.#asked.delete(message.id);
        if (message.error !== undefined) asked?.reject(errorFrom(message.error));
        else asked?.resolve(message);
        return;
      }
    }
  }

  #entry(kernelId: string, entry: Entry): void {
    const kernel = this.#kernels.get(kernelId);
    if (kernel === undefined)
      this.#options.log.warn({ kernelId }, 'an entry came of a kernel that is not ours');
    else kernel.entry(entry);
  }

  #broken(): void {
    this.#onClosed?.();
    this.terminals.disconnected();
    if (this.#isClosing)
      return this.#refuseAsked(new KernelError('KERNEL_SUPERVISOR_LOST', 'the server has let go'));
    // One that was taken over does not take the other's place in turn.
    if (this.#link.state !== 'linked') return;
    this.#options.log.warn({}, 'the connection to the supervisor broke, and is made anew');
    this.#link = { state: 'linking' };
    void this.#relink();
  }

  async #relink(): Promise<void> {
    try {
      await this.#makeLink();
    } catch (error) {
      if (this.#isClosing) return;
      const reason = (error as Error).message;
      this.#options.log.warn({ reason }, 'the supervisor cannot be reached');
      const retry = setTimeout(() => void this.#relink(), this.#retryAfter);
      this.#retryAfter = Math.min(2 * this.#retryAfter, LAST_RETRY);
      this.#giveUp(reason, retry);
    }
  }

  #giveUp(reason: string, retry: NodeJS.Timeout | null): void {
    const error = new KernelError('KERNEL_SUPERVISOR_LOST', reason);
    this.#link = { state: 'lost', error, retry };
    this.terminals.lost();
    this.#refuseAsked(error);
  }

  #refuseAsked(error: KernelError): void {
    this.refuse(() => true, error);
  }
}

function unknownState(kernelId: string): KernelState {
  return { kernelId, pid: null, connectionFile: null, isOver: false };
}
