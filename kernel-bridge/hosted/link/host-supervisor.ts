import type { HostedMessage } from '../hosted-message.ts';
import type { BytePipe, BytePipeEnd } from './byte-pipe.ts';
import type { Answer, Down } from './down.ts';
import { LINK_PROTOCOL } from '../codec/protocol-version.ts';
import type { Host, HostOptions } from './host.ts';
import { HostSession, linkedError, type SessionHost } from './host-session.ts';
import { HostedError } from './hosted-error.ts';
import { HostedKernel } from './hosted-kernel.ts';
import type { SentBytes } from '../codec/sent-message.ts';
import type { Up, UpRequest } from './up.ts';

/** Answers that the server may ask for again after a break. */
const REMEMBERED_ANSWERS = 256;
/** A server asks for the end of each kernel once it has recorded all of it. One that never does is not waited for; milliseconds. */
const FAREWELL = 10_000;
/** What is said last goes out before whoever hosts is told that nothing is left. */
const SOON = 50;
const LEFT =
  'The browser tab that ran this kernel was closed or reloaded. Its outputs are kept; its variables are gone.';

/** The kernels of one page, kept for whichever connection there is: a supervisor in miniature (kernel-bridge/supervisor). */
export class HostSupervisor implements Host, SessionHost {
  readonly #options: HostOptions;
  readonly #kernels = new Map<string, HostedKernel>();
  readonly #sessions = new Set<HostSession>();
  #owner: HostSession | null = null;
  /** By client and id, oldest first. */
  readonly #answers = new Map<string, Promise<Answer>>();
  /** Gone here, and not yet known to be gone by the server. */
  readonly #farewell = new Set<string>();
  #mayHandOver = true;
  #isClosed = false;
  #emptyTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    for (const { kernelId, launch, last, isOver } of await this.#options.spool.kernels())
      this.#keep(kernelId, launch, last).wasLeft(isOver ? null : LEFT);
    this.#tellIfEmpty();
  }

  join(pipe: BytePipe): BytePipeEnd {
    const session = new HostSession(pipe, this, this.#options.log);
    this.#sessions.add(session);
    return session;
  }

  handOver(mayHandOver: boolean): void {
    this.#mayHandOver = mayHandOver;
    if (mayHandOver) this.drained();
  }

  get kernels(): readonly { readonly kernelId: string; readonly isOver: boolean }[] {
    return [...this.#kernels.values()].map(({ kernelId, isOver }) => ({ kernelId, isOver }));
  }

  ask(kernelId: string, request: HostedMessage): void {
    this.#get(kernelId).ask(request);
  }

  async interrupt(kernelId: string): Promise<void> {
    await this.#get(kernelId).life.interrupt();
  }

  async restart(kernelId: string): Promise<void> {
    await this.#get(kernelId).life.restart();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#emptyTimer);
    for (const kernel of this.#kernels.values()) kernel.close();
    for (const session of this.#sessions) session.close();
  }

  welcome(): Extract<Down, { type: 'welcome' }>['kernels'] {
    return [...this.#kernels.values()].map(({ asked, state, outbox }) => ({
      launch: asked,
      state,
      last: outbox.last,
    }));
  }

  own(session: HostSession): void {
    this.#owner?.takenOver();
    this.#letGo();
    this.#owner = session;
    this.#tellIfEmpty();
  }

  attach(session: HostSession, { kernelId, after, acknowledged }: Extract<Up, { type: 'attach' }>): void {
    const kernel = this.#kernels.get(kernelId);
    if (kernel === undefined) return;
    kernel.attach(
      session.sinkFor(kernelId, () => this.#mayHandOver),
      after,
      acknowledged,
    );
    this.#forgetIfDone(kernel);
  }

  acknowledge(kernelId: string, position: number): void {
    const kernel = this.#kernels.get(kernelId);
    if (kernel === undefined) return;
    kernel.outbox.acknowledge(position);
    this.#forgetIfDone(kernel);
  }

  send(clientId: string, sent: SentBytes<Uint8Array>): void {
    this.#get(sent.kernelId).take(clientId, sent);
  }

  answer(clientId: string | null, id: number, request: UpRequest): Promise<Answer> {
    if (clientId === null) return this.#answer(request);
    const key = `${clientId} ${id}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#answer(request);
    this.#answers.set(key, answer);
    if (this.#answers.size > REMEMBERED_ANSWERS)
      this.#answers.delete(this.#answers.keys().next().value ?? '');
    return answer;
  }

  drained(): void {
    for (const { outbox } of this.#kernels.values()) outbox.pump();
  }

  left(session: HostSession): void {
    this.#sessions.delete(session);
    if (session !== this.#owner) return;
    this.#owner = null;
    this.#letGo();
  }

  /** Never rejects. */
  async #answer(request: UpRequest): Promise<Answer> {
    try {
      return await this.#do(request);
    } catch (error) {
      return { error: linkedError(error) };
    }
  }

  async #do(request: UpRequest): Promise<Answer> {
    switch (request.do) {
      case 'launch':
        return this.#launch(request);
      case 'ready':
        return { result: await this.#get(request.kernelId).life.ready() };
      case 'interrupt':
        await this.#get(request.kernelId).life.interrupt();
        return {};
      case 'handed-over':
        return { result: this.#get(request.kernelId).handedOver.messageIds };
      case 'restart': {
        const { sessionPath } = request;
        const kernel = this.#get(request.kernelId);
        await kernel.life.restart(sessionPath === undefined ? {} : { sessionPath });
        return { last: kernel.outbox.last };
      }
      case 'shutdown':
        return this.#shutdown(request.kernelId, request.now);
      case 'end':
        return this.#end();
      case 'status':
        return { result: this.#status() };
    }
  }

  #launch({ launch, asked }: Extract<UpRequest, { do: 'launch' }>): Answer {
    const { kernelId } = launch;
    const { startKernel } = this.#options;
    if (!/^[\w-]{1,64}$/.test(kernelId))
      throw new HostedError('KERNEL_LAUNCH_FAILED', 'the id of a kernel is a word of at most 64 letters');
    const known = this.#kernels.get(kernelId);
    if (known !== undefined) return { result: known.state };
    if (startKernel === null)
      throw new HostedError(
        'KERNEL_LAUNCH_FAILED',
        'the browser tab that could run it was closed or reloaded',
      );
    const kernel = this.#keep(kernelId, asked, 0);
    if (this.#owner !== null)
      kernel.outbox.attach(
        this.#owner.sinkFor(kernelId, () => this.#mayHandOver),
        0,
        0,
      );
    kernel.run(launch, startKernel);
    return { result: kernel.state };
  }

  async #shutdown(kernelId: string, now: boolean): Promise<Answer> {
    this.#farewell.delete(kernelId);
    const kernel = this.#kernels.get(kernelId);
    if (kernel === undefined) {
      this.#tellIfEmpty();
      return {};
    }
    if (!kernel.isOver) await kernel.life.shutdown(now);
    kernel.over('The kernel was shut down.');
    const { last } = kernel.outbox;
    this.#forgetIfDone(kernel, true);
    return { last };
  }

  /** Nobody comes for what they said: the server has forgotten them. */
  #end(): Answer {
    for (const kernel of this.#kernels.values()) kernel.over('All kernels of this page were shut down.');
    for (const kernel of [...this.#kernels.values()]) this.#remove(kernel);
    this.#farewell.clear();
    this.#tellIfEmpty();
    return {};
  }

  #status(): object {
    const kernels = [...this.#kernels.values()].map((kernel) => ({
      ...kernel.state,
      name: kernel.name,
      spoolBytes: kernel.outbox.bytes,
      unacknowledged: kernel.outbox.unacknowledged,
      pausedFor: kernel.outbox.blocked,
      usage: kernel.usage,
      beats: null,
    }));
    return {
      program: '',
      protocol: LINK_PROTOCOL,
      pid: 0,
      residentBytes: 0,
      hasOwner: this.#owner !== null,
      terminals: 0,
      kernels,
    };
  }

  #keep(kernelId: string, asked: Readonly<Record<string, unknown>>, last: number): HostedKernel {
    const { spool, log, observer, bounds } = this.#options;
    const kernel = new HostedKernel({
      kernelId,
      asked,
      spool,
      log,
      observer,
      last,
      ...(bounds !== undefined && { bounds }),
      onState: (state) => this.#owner?.tellState(state),
    });
    this.#kernels.set(kernelId, kernel);
    return kernel;
  }

  #forgetIfDone(kernel: HostedKernel, isKnown = false): void {
    if (!kernel.isDone || !this.#remove(kernel)) return;
    if (!isKnown) this.#farewell.add(kernel.kernelId);
    this.#tellIfEmpty();
  }

  #remove(kernel: HostedKernel): boolean {
    if (this.#kernels.get(kernel.kernelId) !== kernel) return false;
    this.#kernels.delete(kernel.kernelId);
    kernel.remove();
    return true;
  }

  #tellIfEmpty(): void {
    clearTimeout(this.#emptyTimer);
    if (this.#kernels.size > 0 || this.#isClosed) return;
    if (this.#farewell.size > 0 && this.#owner === null) return;
    this.#emptyTimer = setTimeout(
      () => {
        this.#farewell.clear();
        if (this.#kernels.size === 0) this.#options.observer.empty();
      },
      this.#farewell.size > 0 ? FAREWELL : SOON,
    );
  }

  #letGo(): void {
    for (const { outbox } of this.#kernels.values()) outbox.detach();
  }

  #get(kernelId: string): HostedKernel {
    const kernel = this.#kernels.get(kernelId);
    if (kernel === undefined) throw new HostedError('KERNEL_DEAD', 'there is no such kernel any more');
    return kernel;
  }
}
