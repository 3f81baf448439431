import { join } from 'node:path';
import { type KernelAssignment, KernelError, type LaunchRequest, UNSEEN_EXIT } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { LocalTerminals } from '../terminals/local-terminals.ts';
import type { AdoptingLauncher, LeftKernel } from './adopting-launcher.ts';
import { type Answer, type ClientSession, linkedError, type SessionHost } from './client-session.ts';
import { KeptKernel } from './kept-kernel.ts';
import { readKernelFolders, writeLaunch } from './kernel-folders.ts';
import type { Down } from './link/down.ts';
import { LINK_PROTOCOL } from '../hosted/codec/protocol-version.ts';
import type { SentBytes } from '../hosted/codec/sent-message.ts';
import type { Up, UpRequest } from './link/up.ts';
import { usageOf } from '../limits/process-usage.ts';
import type { SupervisorStatus } from './supervisor-status.ts';
import { TerminalService } from './terminals/terminal-service.ts';

export interface SupervisorOptions {
  readonly launcher: AdoptingLauncher;
  /** Its kernels have their folders in `kernels/` there. */
  readonly folder: string;
  readonly programVersion: string;
  readonly log: KernelLog;
  /** Calls back after what is at hand in this turn has been read. Default `setImmediate`. */
  readonly schedule?: (flush: () => void) => void;
  /** Called when the last kernel or client has gone, and when the first comes: whether anybody needs it. */
  onNeeded(isNeeded: boolean): void;
  /** Its kernels were ended because somebody asked for it. */
  onEnded(): void;
}

/** Answers that a client may ask for again after a break. */
const REMEMBERED_ANSWERS = 256;

/** The kernels of one state directory, kept for whichever server there is. */
export class Supervisor implements SessionHost {
  readonly programVersion: string;
  readonly #options: SupervisorOptions;
  readonly #kernels = new Map<string, KeptKernel>();
  readonly #terminals = new LocalTerminals();
  readonly #sessions = new Set<ClientSession>();
  #owner: ClientSession | null = null;
  /** By client and id, oldest first. */
  readonly #answers = new Map<string, Promise<Answer>>();
  #closing: Promise<void> | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.programVersion = options.programVersion;
    this.#terminals.listen({ ended: () => this.#tellNeeded(), active: () => undefined });
  }

  /**
   * Takes up what another supervisor left.
   * @param lastSeen when it was last there; null if nobody knows
   */
  async open(lastSeen: Date | null): Promise<void> {
    const records = new Map(
      (await this.#options.launcher.records()).map((record) => [record.request.kernelId, record]),
    );
    const left = readKernelFolders(this.#kernelsFolder, this.#options.log);
    await Promise.all(
      left.map(async ({ launch, folder, isOver }) => {
        const record = records.get(launch.kernelId);
        const kept = this.#keep(record?.request ?? launch, folder, isOver);
        if (isOver) return;
        if (record === undefined) kept.became({ kind: 'gave-up', exit: UNSEEN_EXIT });
        else await this.#adopt(kept, record, lastSeen);
      }),
    );
    this.#tellNeeded();
  }

  async #adopt(kept: KeptKernel, left: LeftKernel, lastSeen: Date | null): Promise<void> {
    const now = new Date();
    const known = [lastSeen, kept.foundFrom].filter((time) => time !== null);
    const silentFrom = known.length === 0 ? now : new Date(Math.max(...known.map(Number)));
    if (left.isHeardLater !== true)
      kept.became({
        kind: 'reattached',
        silentFrom: silentFrom.toISOString(),
        silentUntil: now.toISOString(),
      });
    try {
      kept.runAgain(await this.#options.launcher.adopt(left, kept.listener, silentFrom));
    } catch (error) {
      const reason = (error as Error).message;
      this.#options.log.warn({ kernelId: left.request.kernelId, reason }, 'a kernel cannot be taken over');
      kept.became({ kind: 'gave-up', exit: { ...UNSEEN_EXIT, stderrTail: reason } });
    }
  }

  join(session: ClientSession): void {
    this.#sessions.add(session);
    this.#tellNeeded();
  }

  welcome(): Extract<Down, { type: 'welcome' }>['kernels'] {
    return [...this.#kernels.values()].map(({ launch, state, outbox }) => ({
      launch,
      state,
      last: outbox.last,
    }));
  }

  own(session: ClientSession): void {
    this.#owner?.takenOver();
    this.#letGo();
    this.#owner = session;
  }

  attach(session: ClientSession, { kernelId, after, acknowledged }: Extract<Up, { type: 'attach' }>): void {
    const kept = this.#kernels.get(kernelId);
    if (kept === undefined) return;
    kept.outbox.attach(session.sinkFor(kernelId), after, acknowledged);
    this.#forgetIfDone(kept);
  }

  acknowledge(kernelId: string, position: number): void {
    const kept = this.#kernels.get(kernelId);
    if (kept === undefined) return;
    kept.outbox.acknowledge(position);
    this.#forgetIfDone(kept);
  }

  assign(kernelId: string, assignment: KernelAssignment): void {
    this.#kernels.get(kernelId)?.assign(assignment);
  }

  send(clientId: string, sent: SentBytes<Buffer>): void {
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

  serveTerminals(sendFrame: (frame: Buffer) => void): TerminalService {
    return new TerminalService(this.#terminals, this.#options.log, sendFrame);
  }

  drained(): void {
    for (const { outbox } of this.#kernels.values()) outbox.pump();
  }

  left(session: ClientSession): void {
    this.#sessions.delete(session);
    if (session === this.#owner) {
      this.#owner = null;
      this.#letGo();
    }
    this.#tellNeeded();
  }

  /** Lets go of its kernels, which live on. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // What comes from now on is for the next supervisor.
    for (const session of this.#sessions) session.close();
    await this.#options.launcher.detach();
    for (const kept of this.#kernels.values()) kept.close();
  }

  get #kernelsFolder(): string {
    return join(this.#options.folder, 'kernels');
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
        return this.#launch(request.launch);
      case 'ready':
        return { result: await this.#get(request.kernelId).kernel.ready() };
      case 'interrupt':
        await this.#get(request.kernelId).change((kernel) => kernel.interrupt());
        return {};
      case 'handed-over':
        return { result: this.#get(request.kernelId).handedOver.messageIds };
      case 'restart':
        return this.#restart(request);
      case 'shutdown':
        return this.#shutdown(request.kernelId, request.now);
      case 'end':
        await this.#end();
        return {};
      case 'status':
        return { result: await this.#status() };
    }
  }

  async #launch(launch: LaunchRequest): Promise<Answer> {
    const { kernelId } = launch;
    if (!/^[\w-]{1,64}$/.test(kernelId))
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the id of a kernel is a word of at most 64 letters');
    // A client that asks again after its supervisor died may find what it asked for.
    const known = this.#kernels.get(kernelId);
    if (known !== undefined) return { result: known.state };
    const kept = this.#keep(launch, join(this.#kernelsFolder, kernelId), false);
    if (this.#owner !== null) kept.outbox.attach(this.#owner.sinkFor(kernelId), 0, 0);
    try {
      writeLaunch(join(this.#kernelsFolder, kernelId), launch);
      kept.run(await this.#options.launcher.launch(launch, kept.listener));
    } catch (error) {
      this.#remove(kept);
      throw error;
    }
    return { result: kept.state };
  }

  async #restart({ kernelId, sessionPath }: Extract<UpRequest, { do: 'restart' }>): Promise<Answer> {
    const kept = this.#get(kernelId);
    const restarted = kept.change((kernel) =>
      kernel.restart(sessionPath === undefined ? {} : { sessionPath }),
    );
    // What the old process got, the new one does not.
    kept.handedOver.forgetUnanswered();
    await restarted;
    kept.tellState();
    return { last: kept.outbox.last };
  }

  async #shutdown(kernelId: string, now: boolean): Promise<Answer> {
    const kept = this.#kernels.get(kernelId);
    if (kept === undefined) return {};
    if (!kept.state.isOver) await kept.change((kernel) => kernel.shutdown({ now }));
    kept.over();
    const { last } = kept.outbox;
    this.#forgetIfDone(kept);
    return { last };
  }

  async #end(): Promise<void> {
    await Promise.all([this.#options.launcher.close(), this.#terminals.close()]);
    for (const kept of this.#kernels.values()) {
      kept.over();
      kept.outbox.flush();
    }
    this.#options.onEnded();
  }

  async #status(): Promise<SupervisorStatus> {
    const kernels = await Promise.all(
      [...this.#kernels.values()].map(async (kept) => ({
        ...kept.state,
        name: kept.launch.kernelspec.name,
        isSpare: kept.launch.isSpare === true,
        spoolBytes: kept.spoolBytes,
        unacknowledged: kept.outbox.unacknowledged,
        pausedFor: kept.pausedFor,
        usage: kept.state.pid === null ? null : usageOf(kept.state.pid),
        beats: await kept.beats(),
      })),
    );
    const { rss } = process.memoryUsage();
    return {
      program: this.programVersion,
      protocol: LINK_PROTOCOL,
      pid: process.pid,
      residentBytes: rss,
      hasOwner: this.#owner !== null,
      terminals: this.#terminals.list().length,
      kernels,
    };
  }

  #keep(launch: LaunchRequest, folder: string, wasOver: boolean): KeptKernel {
    const { log } = this.#options;
    const { kernelId } = launch;
    const kept = new KeptKernel({
      launch,
      folder,
      log,
      wasOver,
      schedule: this.#options.schedule ?? ((flush) => void setImmediate(flush)),
      onState: (state) => {
        this.#owner?.tellState(state);
        this.#tellNeeded();
      },
    });
    this.#kernels.set(kernelId, kept);
    this.#tellNeeded();
    return kept;
  }

  #forgetIfDone(kept: KeptKernel): void {
    if (kept.isDone) this.#remove(kept);
  }

  #remove(kept: KeptKernel): void {
    if (this.#kernels.get(kept.launch.kernelId) !== kept) return;
    this.#kernels.delete(kept.launch.kernelId);
    kept.close();
    kept.remove();
    this.#tellNeeded();
  }

  #letGo(): void {
    for (const { outbox } of this.#kernels.values()) outbox.detach();
  }

  #tellNeeded(): void {
    const living = [...this.#kernels.values()].some(({ state }) => !state.isOver);
    const hasTerminals = this.#terminals.list().length > 0;
    this.#options.onNeeded(living || hasTerminals || this.#sessions.size > 0);
  }

  #get(kernelId: string): KeptKernel {
    const kept = this.#kernels.get(kernelId);
    if (kept === undefined) throw new KernelError('KERNEL_DEAD', 'there is no such kernel any more');
    return kept;
  }
}
