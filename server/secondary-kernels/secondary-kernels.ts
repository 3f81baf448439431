import { randomUUID } from 'node:crypto';
import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { Logger } from '../logger.ts';
import type { AskedStream } from './answer-about.ts';
import { answerAbout } from './answer-about.ts';
import type { AskedKernel } from './asked-kernel.ts';
import { askedKernel, mayAskForKernel, requestFor } from './asked-kernel.ts';
import { failure, gone, INTERRUPTED } from './cell-end.ts';
import type { AskingCell, Destination } from './destination.ts';
import { LastIds } from './last-ids.ts';
import { namedKernel } from './named-kernel.ts';
import type { CellAnswer } from './question-of-cell.ts';
import { questionOfCell } from './question-of-cell.ts';
import type { RanOn } from './ran-on.ts';
import type { Binding } from './recorded-bindings.ts';
import { readBindings, recordBinding, recordRelease } from './recorded-bindings.ts';
import { Relay } from './relay.ts';
import { relayedThrough, requestsBehind } from './relayed-through.ts';
import type { HeldKernel, HeldKernels, KernelDocument, Kernelspecs } from './secondary-kernel.ts';

/** Of the requests that are passed on: their answers find their way by it, after every restart. */
const SESSION = 'in-the-loop-cells';

export interface SecondaryKernelsOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly kernelspecs: Kernelspecs;
  readonly kernels: HeldKernels;
  /** What runs on a notebook's own kernel. */
  documentOf(primaryId: string): KernelDocument | null;
  /** The kernel on which a notebook's session runs; null for none. */
  kernelOf(path: string): string | null;
}

/** Cells that failed before they were run, of which somebody asks who ran them. */
const REMEMBERED = 1000;

interface Secondary {
  binding: Binding;
  readonly relay: Relay;
  /** Requests that an earlier server passed on, and of which not all may have been relayed. */
  readonly passedOn: Set<string>;
  /** For people; known once it has run here. */
  ranOn: RanOn;
}

interface Asker {
  readonly actor: string;
  /** Of the page that asks; null for none. */
  readonly host: string | null;
}

/**
 * The kernels that notebooks have beside their own: one for each kernelspec that a cell asks for, started when one first
 * does. They are kernels like all others, in their own streams; what they say of cells is relayed to their notebook's.
 */
export class SecondaryKernels {
  readonly #options: SecondaryKernelsOptions;
  /** By kernel id. */
  readonly #secondaries = new Map<string, Secondary>();
  /** By the ids of notebooks' own kernels. */
  readonly #countOf = new Map<string, number>();
  /** By primary and kernelspec. */
  readonly #starting = new Map<string, Promise<Secondary>>();
  readonly #adopted = Promise.withResolvers<void>();
  /** Requests that no kernel got. */
  readonly #notRun = new LastIds(REMEMBERED);
  #isClosed = false;

  constructor(options: SecondaryKernelsOptions) {
    this.#options = options;
  }

  /** Takes up what another server recorded, before its kernels are. @throws EventLogError */
  async restore(): Promise<void> {
    const { log, logger } = this.#options;
    for (const binding of await readBindings(log, logger)) {
      const { sequence, requestId } = await relayedThrough(log, binding.kernelId, binding.primaryId);
      const { passedOn } = this.#add(binding, Math.max(sequence, binding.after));
      if (requestId !== null) passedOn.add(requestId);
    }
  }

  /** Goes on once kernels are taken over: those end whose notebook's kernel is gone. */
  async start(): Promise<void> {
    const { log, kernels } = this.#options;
    for (const [kernelId, { relay, binding, passedOn }] of [...this.#secondaries]) {
      const through = await log.lastSequence(`kernel/${kernelId}`);
      const behind = { after: relay.neededFrom - 1, through, session: SESSION };
      for (const requestId of await requestsBehind(log, kernelId, behind)) passedOn.add(requestId);
      relay.begin(through);
      const wasStarted = through > 0 || kernels.isExpected(kernelId);
      if (!kernels.isExpected(binding.primaryId) || !wasStarted) await this.#end(kernelId);
    }
    this.#adopted.resolve();
  }

  /** Whether a request to execute asks for a kernel by name. */
  concerns(frames: KernelMessage['frames']): boolean {
    return mayAskForKernel(frames) && askedKernel(frames) !== null;
  }

  /** Those of a notebook, by the id of its own kernel. */
  of(primaryId: string): readonly string[] {
    if (!this.#countOf.has(primaryId)) return [];
    return [...this.#secondaries.values()]
      .filter(({ binding }) => binding.primaryId === primaryId)
      .map(({ binding }) => binding.kernelId)
      .filter((id) => this.#options.kernels.has(id));
  }

  /** The notebook's own kernel beside which one runs; null for one that is none's. */
  primaryOf(kernelId: string): string | null {
    return this.#secondaries.get(kernelId)?.binding.primaryId ?? null;
  }

  /** What runs on one: the document of the kernel beside which it runs. */
  documentOf(kernelId: string): KernelDocument | null {
    const primaryId = this.primaryOf(kernelId);
    return primaryId === null ? null : this.#options.documentOf(primaryId);
  }

  /** The first sequence of its stream that has not been relayed; Infinity for a kernel of which nothing is. */
  neededFrom(kernelId: string): number {
    return this.#secondaries.get(kernelId)?.relay.neededFrom ?? Infinity;
  }

  /** What was appended to a kernel's stream, in its order. */
  observe(committed: {
    readonly kernelId: string;
    readonly firstSequence: number;
    readonly events: readonly NewEvent[];
  }): void {
    const { kernelId, events } = committed;
    if (this.#isClosed) return;
    const secondary = this.#secondaries.get(kernelId);
    secondary?.relay.observe(committed);
    if (!this.#countOf.has(kernelId)) return;
    for (const event of events) this.#followPrimary(kernelId, event);
  }

  /** Where a cell goes. Never throws. */
  async destinationOf(cell: AskingCell): Promise<Destination> {
    const destination = await this.#destinationOf(cell);
    if (destination.kind === 'failed') this.#notRun.add(cell.request.header.msg_id);
    return destination;
  }

  /** Whether no kernel ran a cell, of those that this server had to send. */
  wasNotRun(requestId: string): boolean {
    return this.#notRun.has(requestId);
  }

  /** What the kernel of a cell says of its text; null where the cell names none. Never throws. */
  answerTo({ kernelId, request, actor }: Omit<AskingCell, 'signal'>): Promise<CellAnswer> | null {
    const question = questionOfCell(request);
    if (question === null) return null;
    const stream = (): Promise<AskedStream | null> => this.#streamOf(kernelId, question);
    return answerAbout(question, { stream, actor, logger: this.#options.logger });
  }

  /** @returns null for a kernel that does not run, or that is none */
  async #streamOf(primaryId: string, asked: Pick<AskedKernel, 'name'>): Promise<AskedStream | null> {
    const { kernels } = this.#options;
    const own = kernels.get(primaryId);
    const named = await this.#named(asked);
    if ('problem' in named) return null;
    if (named.kernelspec.name === own.name) return own.stream;
    const there = this.#runningOne(own, named.kernelspec);
    return there === undefined ? null : kernels.get(there.binding.kernelId).stream;
  }

  async #destinationOf(cell: AskingCell): Promise<Destination> {
    const { kernels } = this.#options;
    const asked = askedKernel(cell.request.frames);
    if (asked === null) return { kind: 'own', request: cell.request };
    await this.#adopted.promise;
    const { msg_id: requestId } = cell.request.header;
    const holder = this.#holderOf(cell.kernelId, requestId);
    if (holder?.relay.hasAnswered(requestId)) return { kind: 'done' };
    if (holder !== null) return this.#runOn(holder, requestId);
    const own = kernels.get(cell.kernelId);
    const named = await this.#named(asked);
    if ('problem' in named) return { kind: 'failed', end: failure('UnknownKernel', named.problem) };
    const { kernelspec } = named;
    if (kernelspec.name === own.name) return { kind: 'own', request: requestFor(asked, cell.request) };
    let secondary: Secondary;
    try {
      secondary = await this.#ensure(own, kernelspec, { actor: cell.actor, host: asked.host });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `${kernelspec.spec.display_name} could not be started: ${why}`;
      return { kind: 'failed', end: failure('KernelNotStarted', text) };
    }
    if (cell.signal.aborted) return { kind: 'failed', end: INTERRUPTED };
    const run = this.#runOn(secondary, requestId);
    const { stream } = kernels.get(secondary.binding.kernelId);
    stream.request(requestFor(asked, cell.request), { sessionId: SESSION }, cell.actor);
    return run;
  }

  /** Nothing more is followed. Idempotent. */
  close(): void {
    this.#isClosed = true;
  }

  async #named({ name }: Pick<AskedKernel, 'name'>): Promise<ReturnType<typeof namedKernel>> {
    const { kernelspecs } = this.#options;
    const meant = name === '' ? undefined : await kernelspecs.find(name);
    return namedKernel(name, await kernelspecs.list(), meant);
  }

  #runOn({ binding: { kernelId }, relay }: Secondary, requestId: string): Destination {
    const { kernels, logger } = this.#options;
    return {
      kind: 'elsewhere',
      over: relay.answerTo(requestId),
      interrupt: (actor) => {
        // What it does not have, it never ends.
        if (!this.#hasRequest(kernelId, requestId)) return relay.giveUp(requestId, INTERRUPTED);
        kernels
          .interrupt(kernelId, actor)
          .catch((error: unknown) =>
            logger.warn({ err: error, kernelId }, 'A kernel could not be interrupted'),
          );
      },
      input: (message, actor) => {
        if (kernels.has(kernelId))
          kernels.get(kernelId).stream.request(message, { sessionId: SESSION }, actor);
      },
    };
  }

  /** The kernel that got a request from an earlier server: it is not sent again. */
  #holderOf(primary: string, requestId: string): Secondary | null {
    const isHolder = ({ binding: { primaryId }, passedOn }: Secondary): boolean =>
      primaryId === primary && passedOn.has(requestId);
    return [...this.#secondaries.values()].find(isHolder) ?? null;
  }

  #runningOne(own: HeldKernel, kernelspec: Kernelspec): Secondary | undefined {
    return [...this.#secondaries.values()].find(
      ({ binding: { kernelId, primaryId, name } }) =>
        primaryId === own.id && name === kernelspec.name && this.#options.kernels.has(kernelId),
    );
  }

  async #ensure(own: HeldKernel, kernelspec: Kernelspec, asker: Asker): Promise<Secondary> {
    const key = `${own.id} ${kernelspec.name}`;
    const there = this.#runningOne(own, kernelspec);
    if (there !== undefined) return there;
    const starting =
      this.#starting.get(key) ??
      this.#startOne(own, kernelspec, asker).finally(() => this.#starting.delete(key));
    this.#starting.set(key, starting);
    return starting;
  }

  async #startOne(own: HeldKernel, { name }: Kernelspec, { actor, host }: Asker): Promise<Secondary> {
    const { log, kernels } = this.#options;
    const kernelId = randomUUID();
    const binding = { kernelId, primaryId: own.id, name, after: 0 };
    await recordBinding(log, binding, actor);
    const secondary = this.#add(binding, 0);
    secondary.relay.begin(0);
    try {
      const document = this.#options.documentOf(own.id);
      const { workingDirectory } = own;
      const path = document?.path ?? null;
      const kernel = await kernels.start({
        ...{ actor, host, kernelId, name },
        ...{ document, path, workingDirectory },
      });
      secondary.ranOn = ranOnOf(kernel);
      return secondary;
    } catch (error) {
      await this.#release(kernelId);
      throw error;
    }
  }

  #add(binding: Binding, after: number): Secondary {
    const { log, logger, kernels } = this.#options;
    const { kernelId, name } = binding;
    const secondary: Secondary = {
      binding,
      passedOn: new Set(),
      ranOn: { kernel: name, display_name: name, place: null },
      relay: new Relay({
        ...{ log, logger, kernelId, after, session: SESSION },
        primary: () => {
          const { primaryId } = secondary.binding;
          return kernels.has(primaryId) ? kernels.get(primaryId).stream : null;
        },
        ranOn: () => {
          if (kernels.has(kernelId)) secondary.ranOn = ranOnOf(kernels.get(kernelId));
          return secondary.ranOn;
        },
        isPending: (requestId) => this.#hasRequest(kernelId, requestId),
        ended: () => void this.#release(kernelId),
      }),
    };
    this.#secondaries.set(kernelId, secondary);
    this.#count(binding.primaryId, 1);
    return secondary;
  }

  #hasRequest(kernelId: string, requestId: string): boolean {
    const { kernels } = this.#options;
    return (
      kernels.has(kernelId) &&
      kernels.get(kernelId).stream.executions.some(({ messageId }) => messageId === requestId)
    );
  }

  #followPrimary(primaryId: string, event: NewEvent): void {
    const { kernels } = this.#options;
    const ids = this.of(primaryId);
    if (event.type === 'kernel-adopted') for (const id of ids) this.#secondaries.get(id)?.relay.wake();
    if (event.type === 'kernel-document-changed') {
      const document = this.#options.documentOf(primaryId);
      if (document !== null) for (const id of ids) kernels.setDocument(id, document, event.data.isRename);
    }
    if (event.type === 'kernel-ended') this.#primaryEnded(primaryId);
  }

  /** Its notebook has another kernel of its own, and keeps those beside it; or it has none any more. */
  #primaryEnded(primaryId: string): void {
    for (const [kernelId, { binding }] of [...this.#secondaries]) {
      if (binding.primaryId !== primaryId) continue;
      const successor = this.#successorOf(kernelId, primaryId);
      if (successor === null || successor.name === binding.name) void this.#end(kernelId);
      else void this.#rebind(kernelId, successor.id);
    }
  }

  #successorOf(kernelId: string, primaryId: string): HeldKernel | null {
    const { kernels } = this.#options;
    const path = kernels.has(kernelId) ? kernels.get(kernelId).documentPath : null;
    const id = path === null ? null : this.#options.kernelOf(path);
    return id === null || id === primaryId || !kernels.has(id) ? null : kernels.get(id);
  }

  async #rebind(kernelId: string, primaryId: string): Promise<void> {
    const { log, logger, kernels } = this.#options;
    const secondary = this.#secondaries.get(kernelId);
    if (secondary === undefined) return;
    this.#count(secondary.binding.primaryId, -1);
    this.#count(primaryId, 1);
    const after = secondary.relay.neededFrom - 1;
    secondary.binding = { ...secondary.binding, primaryId, after };
    const isAwaited = secondary.relay.isAwaited;
    secondary.relay.over(gone('The notebook was moved to another kernel.'));
    try {
      // Nobody waits for what it does now, as for what the kernel before did.
      if (isAwaited && kernels.has(kernelId)) await kernels.interrupt(kernelId, 'server');
      await recordBinding(log, secondary.binding, 'server');
    } catch (error) {
      logger.warn({ err: error, kernelId }, 'A kernel did not wholly follow its notebook to another kernel');
    }
  }

  async #end(kernelId: string): Promise<void> {
    const { kernels, logger } = this.#options;
    try {
      if (kernels.has(kernelId)) await kernels.shutdown(kernelId, 'server');
    } catch (error) {
      logger.warn({ err: error, kernelId }, 'A kernel whose notebook has none any more could not be ended');
    }
    await this.#release(kernelId);
  }

  async #release(kernelId: string): Promise<void> {
    const { log, logger } = this.#options;
    const secondary = this.#secondaries.get(kernelId);
    if (secondary === undefined || this.#isClosed) return;
    this.#secondaries.delete(kernelId);
    this.#count(secondary.binding.primaryId, -1);
    secondary.relay.over(gone('The kernel that ran this cell is gone.'));
    await recordRelease(log, kernelId).catch((error: unknown) =>
      logger.warn(
        { err: error, kernelId },
        'The end of a kernel beside a notebook’s own could not be recorded',
      ),
    );
  }

  #count(primaryId: string, change: number): void {
    const count = (this.#countOf.get(primaryId) ?? 0) + change;
    if (count > 0) this.#countOf.set(primaryId, count);
    else this.#countOf.delete(primaryId);
  }
}

function ranOnOf({ name, displayName, place }: HeldKernel): RanOn {
  return { kernel: name, display_name: displayName, place };
}
