import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { FoundKernel, KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { HttpError } from '../http-error.ts';
import type { CellAnswerer } from './cell-answerer.ts';
import { ClientProgresses } from './client-progress.ts';
import type { CommittedEvents } from './committed-events.ts';
import type { KernelAction } from './kernel-action.ts';
import { kernelLaunch, type KernelSurroundings } from './kernel-launch.ts';
import type { SpareKernels } from './spare-kernels.ts';
import { reportAction } from './kernel-action.ts';
import type { KernelSocket } from './kernel-socket.ts';
import type { KernelModel } from './kernel-model.ts';
import type { KernelDocument, RunningKernelPlan } from './running-kernel-plan.ts';
import { RunningKernel } from './running-kernel.ts';
import type { StreamClient } from './stream-client.ts';
import { movedAway } from './explain-death.ts';
import { recordLostKernels } from './lost-kernels.ts';
import type { StartKernel } from './start-kernel.ts';
import { tooManyKernels } from './too-many-kernels.ts';
import { requestedDirectory, workingDirectoryFor } from './working-directory.ts';

export interface KernelsOptions extends KernelSurroundings {
  readonly supervisor: KernelSupervisor;
  readonly kernelspecs: KernelspecFinder;
  readonly log: EventLog;
  readonly logger: Logger;
  /** Kernels that wait for somebody, and are handed out by the supervisor; none where it is missing. */
  readonly spares?: SpareKernels;
  /** Answers some cells in the place of kernels; none where it is missing. */
  readonly answerer?: CellAnswerer;
  /** How many there may be at once; none where it is missing. */
  readonly maxKernels?: number | undefined;
  onAction(action: KernelAction): void;
  /** Where it is written down how far clients are; only in memory without it. */
  readonly progresses?: ClientProgresses;
  /** What was appended to a kernel's stream, in its order, once clients have got it. Must not throw. */
  onCommitted?(committed: CommittedEvents): void;
  /** A client's websocket to a kernel is open, or closed again. Must not throw. */
  onSocketOpened?(kernelId: string, socket: KernelSocket): void;
  onSocketClosed?(kernelId: string, socket: KernelSocket): void;
  /** Waits before a failed append is tried again; a second by default. */
  retryDelay?(): Promise<void>;
}

/** It becomes part of file names; Jupyter's own ids are UUIDs. */
const KERNEL_ID = /^[\w-]{1,128}$/;

/** The kernels that run, by id. */
export class Kernels {
  readonly #options: KernelsOptions;
  readonly #kernels = new Map<string, RunningKernel>();
  readonly #starting = new Map<string, Promise<RunningKernel>>();
  /** Their places may not be reached for long: they are not lost. */
  readonly #adopting = new Set<string>();
  /** Those that waited, and whose start is not recorded yet. */
  readonly #handedOut = new Set<string>();
  readonly #sockets = new Set<KernelSocket>();
  readonly #progresses: ClientProgresses;
  readonly #leaving = new AbortController();
  #recordingLost: Promise<void> = Promise.resolve();
  #lastActivity = Date.now();
  #closing: Promise<void> | null = null;

  readonly #onAction = (action: KernelAction): void => this.#options.onAction(action);

  constructor(options: KernelsOptions) {
    this.#options = options;
    this.#progresses = options.progresses ?? ClientProgresses.inMemory(options.logger);
  }

  get count(): number {
    return this.#kernels.size;
  }

  /** With those that are being started. */
  get countSoon(): number {
    return this.#kernels.size + this.#starting.size;
  }

  /** Websockets open to kernels. */
  get connections(): number {
    return this.#sum((kernel) => kernel.stream.connections);
  }

  /** Of any kernel, also of those that are over; in milliseconds since the epoch. */
  get lastActivity(): number {
    for (const kernel of this.#kernels.values())
      this.#lastActivity = Math.max(this.#lastActivity, kernel.lastActivity);
    return this.#lastActivity;
  }

  has(id: string): boolean {
    return this.#kernels.has(id);
  }

  /** It runs, or may turn out to once its place is reached. */
  isExpected(id: string): boolean {
    return this.#kernels.has(id) || this.#starting.has(id) || this.#adopting.has(id);
  }

  /** @throws HttpError 404 */
  get(id: string): RunningKernel {
    const kernel = this.#kernels.get(id);
    if (kernel === undefined) throw new HttpError(404, `Kernel does not exist: ${id}`);
    return kernel;
  }

  /** All that run. */
  running(): readonly RunningKernel[] {
    return [...this.#kernels.values()];
  }

  list(): KernelModel[] {
    return [...this.#kernels.values()].map((kernel) => kernel.model);
  }

  /**
   * Answers the one that is there where the id is taken.
   * @throws KernelError KERNEL_SPEC_UNKNOWN, KERNEL_LAUNCH_FAILED; EventLogError; HttpError 409 while the id starts, and
   * where there are as many as may be
   */
  async start(request: StartKernel): Promise<RunningKernel> {
    const id = request.kernelId ?? randomUUID();
    if (!KERNEL_ID.test(id))
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'A kernel id is made of letters, digits and dashes');
    if (this.#closing !== null) throw ending();
    const there = this.#kernels.get(id);
    if (there !== undefined) return there;
    if (this.#starting.has(id)) throw new HttpError(409, `Kernel already exists: ${id}`);
    this.#checkCount();
    const starting = this.#start(id, request).finally(() => this.#starting.delete(id));
    this.#starting.set(id, starting);
    return starting;
  }

  /**
   * Its new path counts from now on, and in the kernel from the next restart.
   * @param isRename the same notebook under another name
   * @throws HttpError 404
   */
  setDocument(id: string, document: KernelDocument, isRename = false): void {
    this.get(id).setDocument(document, isRename);
  }

  /** The websockets that are open to a kernel, and how far each is; none for an unknown kernel. */
  clientsOf(id: string): readonly StreamClient[] {
    return [...(this.#kernels.get(id)?.stream.clients ?? [])];
  }

  /**
   * Takes over the kernels that another server left. One that cannot be taken over stays the supervisor's.
   * @param documentOf what runs on a kernel, as its sessions say
   */
  async adoptFound(documentOf: (kernelId: string) => KernelDocument | null): Promise<void> {
    const { supervisor } = this.#options;
    const adopting = supervisor.found.map(async (found) => {
      const { kernelId } = found.request;
      await this.#adopt(found, documentOf(kernelId)).catch((error: unknown) =>
        this.#notAdopted(kernelId, error),
      );
    });
    await Promise.all(adopting);
  }

  /** Records the end of those that were gone when this server came. After `adoptFound`; takes as long as there are streams. */
  async recordLost(): Promise<void> {
    const { log, supervisor, logger } = this.#options;
    const notAdopted = new Set([
      ...this.#adopting,
      ...supervisor.found.map(({ request }) => request.kernelId),
    ]);
    this.#recordingLost = recordLostKernels(log, {
      isRunning: (id) =>
        this.#kernels.has(id) || this.#starting.has(id) || this.#handedOut.has(id) || notAdopted.has(id),
      onCommitted: (committed) => this.#options.onCommitted?.(committed),
      signal: this.#leaving.signal,
    }).catch((error: unknown) =>
      logger.error({ err: error }, 'The end of kernels that are gone could not be recorded'),
    );
    await this.#recordingLost;
  }

  /** @throws HttpError 404 */
  async interrupt(id: string, actor: string): Promise<void> {
    const kernel = this.get(id);
    await this.#report(kernel, 'interrupt', () => kernel.interrupt(actor));
  }

  /** @param host of the page that asks, to which one in a page that is gone may move. @throws HttpError 404; KernelError */
  async restart(id: string, actor: string, host: string | null = null): Promise<RunningKernel> {
    const kernel = this.get(id);
    await this.#report(kernel, 'restart', () => kernel.restart(actor, host));
    return kernel;
  }

  /** Once it is known that it starts, which elsewhere takes longer than its launch. @throws HttpError 404; KernelError */
  async starts(id: string): Promise<void> {
    await this.get(id).starts();
  }

  /**
   * @param successor the kernel that its notebook has instead; told in the cells that this one has not done
   * @throws HttpError 404
   */
  async shutdown(id: string, actor: string, successor: string | null = null): Promise<void> {
    const kernel = this.get(id);
    const other = successor === null ? undefined : this.#kernels.get(successor);
    const told = other === undefined ? null : movedAway(other.displayName);
    await this.#report(kernel, 'shutdown', () => kernel.shutdown(actor, 'requested', told));
    this.#forget(kernel);
  }

  /** It has had nothing to do for too long. @throws HttpError 404 */
  async cull(id: string): Promise<void> {
    const kernel = this.get(id);
    await this.#report(kernel, 'shutdown', () => kernel.shutdown('server', 'culled'));
    this.#forget(kernel);
  }

  /** Closes it when the server ends; sockets outlive their kernels (contract §3.8). */
  addSocket(kernelId: string, socket: KernelSocket): void {
    this.#sockets.add(socket);
    this.#options.onSocketOpened?.(kernelId, socket);
  }

  removeSocket(kernelId: string, socket: KernelSocket): void {
    this.#sockets.delete(socket);
    this.#options.onSocketClosed?.(kernelId, socket);
  }

  /** The path of the document whose session runs on a kernel; null for none, or no such kernel. */
  documentOf(id: string): string | null {
    return this.#kernels.get(id)?.documentPath ?? null;
  }

  /** Lets go of all kernels, which live on, and ends their websockets. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close((kernel) => kernel.letGo()).then(() => this.#options.supervisor.close());
    return this.#closing;
  }

  /** Ends all kernels and their websockets, and the supervisor. Idempotent. */
  end(): Promise<void> {
    this.#closing ??= this.#close((kernel) => this.#stop(kernel)).then(() => this.#options.supervisor.end());
    return this.#closing;
  }

  async #close(leave: (kernel: RunningKernel) => Promise<void>): Promise<void> {
    const kernels = [...this.#kernels.values()];
    this.#leaving.abort();
    for (const socket of this.#sockets) socket.close();
    // One that is being started ends itself; whoever asked for it is told.
    await Promise.all([...kernels.map(leave), ...this.#startingSettled(), this.#recordingLost]);
    for (const kernel of kernels) this.#forget(kernel);
    // They had as long as the kernels took.
    for (const socket of this.#sockets) socket.terminate();
    this.#progresses.close();
  }

  #startingSettled(): Promise<unknown>[] {
    return [...this.#starting.values()].map((starting) => starting.catch(() => undefined));
  }

  /** The others must end too, whatever keeps this one from it. */
  async #stop(kernel: RunningKernel): Promise<void> {
    try {
      await kernel.shutdown('server', 'server-stopped');
    } catch (error) {
      this.#options.logger.error({ err: error, kernelId: kernel.id }, 'A kernel could not be ended');
    }
  }

  /** @throws HttpError 409 */
  #checkCount(): void {
    const { maxKernels } = this.#options;
    if (maxKernels === undefined || this.countSoon < maxKernels) return;
    throw tooManyKernels(maxKernels, this.#kernels.values());
  }

  async #start(id: string, request: StartKernel): Promise<RunningKernel> {
    const started = { id, name: await this.#nameOf(request.name) };
    const kernel = await reportAction(started, 'start', this.#onAction, async () => {
      const launch = await this.#launchOf(started, request);
      const spare = request.kernelId == null ? (this.#options.spares?.reserve(launch) ?? null) : null;
      if (spare !== null) this.#handedOut.add((started.id = spare));
      return this.#run({ ...launch, kernelId: started.id }, started.name, request);
    }).finally(() => setImmediate(() => this.#handedOut.delete(started.id)));
    if (this.#closing !== null) {
      await this.#stop(kernel);
      throw ending();
    }
    if (kernel.isOver) throw new KernelError('KERNEL_LAUNCH_FAILED', 'The kernel died as soon as it started');
    this.#kernels.set(kernel.id, kernel);
    return kernel;
  }

  async #launchOf({ id, name }: { id: string; name: string }, request: StartKernel) {
    const { kernelspecs, rootDirectory } = this.#options;
    const kernelspec = await kernelspecs.find(name);
    if (kernelspec === undefined)
      throw new KernelError('KERNEL_SPEC_UNKNOWN', `No such kernel named ${name}`);
    const workingDirectory =
      request.workingDirectory === undefined
        ? await workingDirectoryFor(rootDirectory, request.path ?? '')
        : await requestedDirectory(rootDirectory, request.workingDirectory);
    const { limits, environment } = request;
    return kernelLaunch(this.#options, kernelspec, { kernelId: id, workingDirectory, limits, environment });
  }

  #run(launch: RunningKernelPlan['launch'], name: string, request: StartKernel): Promise<RunningKernel> {
    const { document = null, actor, host = null } = request;
    return RunningKernel.start({ ...this.#planOf(launch.kernelId), name, launch, document, actor, host });
  }

  async #adopt(found: FoundKernel, document: KernelDocument | null): Promise<void> {
    const { request } = found;
    const { kernelId, kernelspec } = request;
    const plan = {
      ...this.#planOf(kernelId),
      name: kernelspec.name,
      launch: request,
      document,
      actor: 'server',
    };
    this.#adopting.add(kernelId);
    const adopting = RunningKernel.adopt(plan, found)
      .then((kernel) => {
        if (!kernel.isOver) this.#kernels.set(kernelId, kernel);
        return kernel.caughtUp;
      })
      .finally(() => this.#adopting.delete(kernelId));
    // Another machine may be out of reach for days: nobody waits for it.
    if (kernelspec.place === undefined && found.isAway !== true) await adopting;
    else adopting.catch((error: unknown) => this.#notAdopted(kernelId, error));
  }

  #notAdopted(kernelId: string, error: unknown): void {
    this.#options.logger.error({ err: error, kernelId }, 'A kernel that runs could not be taken over');
  }

  #planOf(id: string): Omit<RunningKernelPlan, 'name' | 'launch' | 'document' | 'actor'> {
    const { rootDirectory, supervisor, log, logger } = this.#options;
    return {
      rootDirectory,
      supervisor,
      progresses: this.#progresses,
      answerer: this.#options.answerer ?? null,
      log,
      logger,
      onCommitted: (committed) => this.#options.onCommitted?.(committed),
      retryDelay: () => this.#options.retryDelay?.() ?? delay(1000, undefined, { ref: false }),
      onGaveUp: () => {
        logger.warn({ kernelId: id }, 'A kernel ended without being asked to, and is given up');
        this.#kernels.delete(id);
      },
    };
  }

  /** As it was asked for, but for `python`, which is a name for another (contract §8). */
  async #nameOf(asked: string | null | undefined): Promise<string> {
    const name = asked ?? (await this.#options.kernelspecs.defaultName());
    return name === 'python' ? ((await this.#options.kernelspecs.find(name))?.name ?? name) : name;
  }

  #report(kernel: RunningKernel, action: KernelAction['action'], act: () => Promise<void>): Promise<void> {
    return reportAction(kernel, action, this.#onAction, act);
  }

  #forget(kernel: RunningKernel): void {
    this.#lastActivity = Date.now();
    if (this.#kernels.get(kernel.id) === kernel) this.#kernels.delete(kernel.id);
  }

  #sum(of: (kernel: RunningKernel) => number): number {
    let sum = 0;
    for (const kernel of this.#kernels.values()) sum += of(kernel);
    return sum;
  }
}

function ending(): KernelError {
  return new KernelError('KERNEL_LAUNCH_FAILED', 'The server is ending and starts no kernels');
}
