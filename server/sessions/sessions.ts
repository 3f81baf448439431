import { randomUUID } from 'node:crypto';
import { join, resolve, sep } from 'node:path';
import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import type { SessionEvent } from '../../event-log/events/session.ts';
import { HttpError } from '../http-error.ts';
import { withoutOuterSlashes } from '../url-path.ts';
import { reprText } from '../python-text.ts';
import { dataOf, restoreSessions, SESSIONS_STREAM } from './recorded-sessions.ts';
import type { SessionKernels } from './session-kernels.ts';
import type { Session, SessionModel } from './session-model.ts';
import { sessionModel } from './session-model.ts';
import type { NewSession, SessionChange } from './session-request.ts';

/** Which document runs on which kernel. */
export class Sessions {
  readonly #kernels: SessionKernels;
  readonly #log: EventLog;
  readonly #logger: Logger;
  readonly #rootDirectory: string;
  readonly #hasRun: ((kernelId: string) => Promise<boolean>) | null;
  readonly #sessions = new Map<string, Session>();
  /** By path: two clients that open one document at once share its session. */
  readonly #creating = new Map<string, Promise<SessionModel>>();

  /**
   * @param options.rootDirectory absolute
   * @param options.hasRun whether anything was run on a kernel: asked so that all pages of a notebook share one kernel, also
   * those that open it at the same moment; null: each session has its own, as in Jupyter
   */
  constructor(options: {
    readonly kernels: SessionKernels;
    readonly log: EventLog;
    readonly logger: Logger;
    readonly rootDirectory: string;
    readonly hasRun: ((kernelId: string) => Promise<boolean>) | null;
  }) {
    this.#kernels = options.kernels;
    this.#log = options.log;
    this.#logger = options.logger;
    this.#rootDirectory = options.rootDirectory;
    this.#hasRun = options.hasRun;
  }

  /**
   * Takes up the sessions that another server recorded, before kernels are. Those whose kernel is gone go with the next
   * question.
   * @throws EventLogError if the log cannot be read at all
   */
  async restore(): Promise<void> {
    for (const session of await restoreSessions(this.#log, this.#logger))
      this.#sessions.set(session.id, session);
  }

  /** What runs on a kernel: a notebook rather than a console beside it; null for a kernel without a session. */
  documentOf(kernelId: string): { readonly path: string; readonly name: string | null } | null {
    const there = [...this.#sessions.values()].filter((session) => session.kernelId === kernelId);
    return there.findLast(isNotebook) ?? there.at(-1) ?? null;
  }

  /** The session of the notebook that runs on a kernel; null for none. */
  notebookSession(kernelId: string): Pick<Session, 'id' | 'path'> | null {
    return (
      [...this.#sessions.values()].find((each) => each.kernelId === kernelId && isNotebook(each)) ?? null
    );
  }

  /** The kernel on which a notebook's session runs; null for none. */
  kernelOf(path: string): string | null {
    const isThere = (each: Session): boolean =>
      each.path === path && isNotebook(each) && this.#kernels.has(each.kernelId);
    return [...this.#sessions.values()].find(isThere)?.kernelId ?? null;
  }

  /** How many notebooks run on a kernel. */
  notebooksOn(kernelId: string): number {
    const there = [...this.#sessions.values()].filter((session) => session.kernelId === kernelId);
    return new Set(there.filter(isNotebook).map(({ path }) => path)).size;
  }

  async list(): Promise<SessionModel[]> {
    await this.#dropDead();
    return [...this.#sessions.values()].map((session) => this.#model(session));
  }

  /** @throws HttpError 404 */
  async get(id: string): Promise<SessionModel> {
    return this.#model(await this.#find(id));
  }

  /**
   * The session of this path where there is one, else a new one, with a new kernel unless it names a running one.
   * @throws HttpError 409, 500; KernelError as the kernel's start does
   */
  async create(wanted: NewSession, actor: string, host: string | null = null): Promise<SessionModel> {
    await this.#dropDead();
    const there = [...this.#sessions.values()].find(({ path }) => path === wanted.path);
    if (there !== undefined) return this.#model(there);
    const beingCreated = this.#creating.get(wanted.path);
    if (beingCreated !== undefined) return beingCreated;
    const creating = this.#create(wanted, actor, host).finally(() => this.#creating.delete(wanted.path));
    this.#creating.set(wanted.path, creating);
    return creating;
  }

  /**
   * A kernel's name means a new kernel; the one before is shut down after. Where pages share kernels, a notebook's other
   * sessions follow; and a session that only now gets its notebook's path gets that notebook's kernel, in the place of the
   * one that was started for it.
   * @throws HttpError 404, 400 for an unknown kernel; KernelError as the kernel's start does
   */
  async change(
    id: string,
    change: SessionChange,
    actor: string,
    host: string | null = null,
  ): Promise<SessionModel> {
    const asked = await this.#find(id);
    const isNew = await this.#isNew(asked);
    const kernelId = await this.#changedKernel(asked, change, actor, host);
    // Starting a kernel takes a while, in which the session may have been renamed, or deleted.
    const before = this.#sessions.get(id);
    if (before === undefined) {
      if (change.kernel !== undefined && 'name' in change.kernel)
        await this.#kernels.shutdown(kernelId, actor);
      throw notFound(id);
    }
    const { path = before.path, name = before.name, type = before.type } = change;
    const adopted = isNew && change.kernel === undefined ? this.#notebookAt(path, before) : null;
    const changed = { id, path, name, type, kernelId: adopted?.kernelId ?? kernelId };
    const session = await this.#set(changed, actor, isPlaceholder(before.path));
    if (adopted !== null) this.#letGoOf(before.kernelId, actor);
    else if (kernelId !== before.kernelId) {
      if (this.#hasRun !== null && isNotebook(before)) await this.#follow(before, kernelId, actor);
      if (this.#kernels.has(before.kernelId)) await this.#kernels.shutdown(before.kernelId, actor, kernelId);
    }
    return this.#model(session);
  }

  /** Ends its kernel too. @throws HttpError 404, 410 */
  async delete(id: string, actor: string): Promise<void> {
    const { kernelId } = await this.#find(id);
    try {
      await this.#kernels.shutdown(kernelId, actor);
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== 404) throw error;
      throw new HttpError(410, 'Kernel deleted before session', null, { cause: error });
    } finally {
      await this.#remove(id, actor);
    }
  }

  /** A file or folder got another path: the sessions of it, and of what is in it, follow (contract §4). */
  async renamed(from: string, to: string, actor: string): Promise<void> {
    const folder = `${from}/`;
    for (const session of [...this.#sessions.values()]) {
      const { path, name } = session;
      if (path === from)
        await this.#set({ ...session, path: to, name: renamedName(name, from, to) }, actor, true);
      else if (path.startsWith(folder))
        await this.#set({ ...session, path: `${to}/${path.slice(folder.length)}` }, actor, true);
    }
  }

  async #create(wanted: NewSession, actor: string, host: string | null): Promise<SessionModel> {
    const { path, name, type } = wanted;
    const kernelId = await this.#startKernel(wanted, actor, host);
    const session = { id: randomUUID(), path, name, type, kernelId };
    const named = this.#hasRun === null || wanted.kernelId !== null ? null : this.#notebookAt(path, session);
    if (named !== null) {
      this.#letGoOf(kernelId, actor);
      return this.#model(named);
    }
    this.#sessions.set(session.id, session);
    this.#tellKernel(session, false);
    await this.#record({ type: 'session-created', version: 1, data: dataOf(session) }, actor);
    return this.#model(session);
  }

  async #startKernel(
    { path, name, kernelId, kernelName, limits }: Omit<NewSession, 'type'>,
    actor: string,
    host: string | null,
  ): Promise<string> {
    if (kernelId !== null && this.#kernels.has(kernelId)) return kernelId;
    this.#checkPath(path);
    const request = { actor, name: kernelName, kernelId, path, document: { path, name }, limits, host };
    return (await this.#kernels.start(request)).id;
  }

  async #changedKernel(
    session: Session,
    { kernel }: SessionChange,
    actor: string,
    host: string | null,
  ): Promise<string> {
    if (kernel === undefined) return session.kernelId;
    if ('name' in kernel) {
      const wanted = { ...session, kernelId: null, kernelName: kernel.name };
      const id = await this.#startKernel(wanted, actor, host);
      // One that does not start leaves the document the kernel that it has, and what is in it.
      await this.#kernels.starts(id).catch(async (error: unknown) => {
        if (this.#kernels.has(id)) await this.#kernels.shutdown(id, actor);
        throw error;
      });
      return id;
    }
    if (!this.#kernels.has(kernel.id)) throw new HttpError(400, `No such kernel: ${kernel.id}`);
    return kernel.id;
  }

  /** A notebook's that Lab has not named yet, and nothing was run in. */
  async #isNew(session: Session): Promise<boolean> {
    const { path, kernelId } = session;
    if (this.#hasRun === null || !isNotebook(session) || !isPlaceholder(path)) return false;
    const there = [...this.#sessions.values()].filter((each) => each.kernelId === kernelId);
    return there.length === 1 && !(await this.#hasRun(kernelId));
  }

  /** Another session of this notebook. */
  #notebookAt(path: string, exceptFor: Session): Session | null {
    const isAnother = (each: Session): boolean =>
      each.id !== exceptFor.id && each.path === path && isNotebook(each) && this.#kernels.has(each.kernelId);
    return isNotebook(exceptFor) ? ([...this.#sessions.values()].find(isAnother) ?? null) : null;
  }

  /** Not waited for: the page must hear first that it has another kernel, or it would show that this one died. */
  #letGoOf(kernelId: string, actor: string): void {
    this.#kernels
      .shutdown(kernelId, actor)
      .catch((error: unknown) =>
        this.#logger.warn({ err: error, kernelId }, 'A kernel that nobody needs could not be shut down'),
      );
  }

  async #follow(before: Session, kernelId: string, actor: string): Promise<void> {
    for (const session of [...this.#sessions.values()])
      if (isNotebook(session) && session.path === before.path && session.kernelId === before.kernelId)
        await this.#set({ ...session, kernelId }, actor, false);
  }

  async #set(session: Session, actor: string, isRename: boolean): Promise<Session> {
    const before = this.#sessions.get(session.id);
    this.#sessions.set(session.id, session);
    if (this.#kernels.has(session.kernelId)) this.#tellKernel(session, isRename);
    if (before !== undefined && isSame(before, session)) return session;
    await this.#record({ type: 'session-changed', version: 1, data: dataOf(session) }, actor);
    return session;
  }

  /** A console beside a notebook does not take its kernel. */
  #tellKernel(session: Session, isRename: boolean): void {
    const { path, name } = isNotebook(session) ? session : (this.documentOf(session.kernelId) ?? session);
    this.#kernels.setDocument(session.kernelId, { path, name }, isRename);
  }

  async #remove(id: string, actor: string): Promise<void> {
    if (!this.#sessions.delete(id)) return;
    await this.#record({ type: 'session-deleted', version: 1, data: { sessionId: id } }, actor);
  }

  /** Sessions whose kernel died or was shut down go without a word, as in Jupyter. */
  async #dropDead(): Promise<void> {
    for (const { id, kernelId } of [...this.#sessions.values()]) {
      if (this.#kernels.has(kernelId)) continue;
      this.#logger.info({ sessionId: id, kernelId }, 'A session is dropped, for its kernel is gone');
      await this.#remove(id, 'server');
    }
  }

  async #find(id: string): Promise<Session> {
    const session = this.#sessions.get(id);
    if (session === undefined) throw notFound(id);
    if (this.#kernels.has(session.kernelId)) return session;
    await this.#remove(id, 'server');
    const reason =
      `Kernel '${session.kernelId}' appears to have been culled or died unexpectedly, ` +
      `invalidating session '${id}'. The session has been removed.`;
    throw new HttpError(404, `Session not found: ${reprText(reason)}`);
  }

  #model(session: Session): SessionModel {
    return sessionModel(session, this.#kernels.get(session.kernelId).model);
  }

  /** Worded as Jupyter does, which finds it out in its contents service. */
  #checkPath(path: string): void {
    const inside = withoutOuterSlashes(path);
    const absolute = resolve(this.#rootDirectory, `.${sep}${inside}`);
    if (absolute === this.#rootDirectory || absolute.startsWith(join(this.#rootDirectory, sep))) return;
    throw new HttpError(500, `HTTP 404: Not Found (${inside} is outside root contents directory)`);
  }

  /** A session works where it cannot be recorded: to shut kernels down must be possible with a full disk too. */
  async #record(event: SessionEvent, actor: string): Promise<void> {
    try {
      await this.#log.append(SESSIONS_STREAM, [{ ...event, actor, causedBy: null, frames: [] }]);
    } catch (error) {
      this.#logger.error({ err: error, event: event.type }, 'What became of a session could not be recorded');
    }
  }
}

function notFound(id: string): HttpError {
  return new HttpError(404, `Session not found: session_id=${reprText(id)}`);
}

function isNotebook({ type }: Session): boolean {
  return type === 'notebook';
}

/** Lab's stand-in for a path, under which a document runs until Lab has named it (contract §4). */
function isPlaceholder(path: string): boolean {
  return /(^|\/)[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(path);
}

function isSame(a: Session, b: Session): boolean {
  return a.path === b.path && a.name === b.name && a.type === b.type && a.kernelId === b.kernelId;
}

/** A name that was chosen, as a console's, stays. */
function renamedName(name: string | null, from: string, to: string): string | null {
  return name === baseName(from) ? baseName(to) : name;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
