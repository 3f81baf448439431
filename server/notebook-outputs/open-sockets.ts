import type { NotebookSockets } from './notebook-outputs.ts';
import type { LeftSession, OpenSocket } from './sight-of-run.ts';

/** What is asked of a kernel websocket. */
export interface KernelClient {
  readonly sessionId: string;
  /** The user's name. */
  readonly actor: string;
  /** The sequence of the kernel's stream at which it came. */
  readonly attachedAt: number;
  readonly progress: { readonly received: number };
}

interface Presence {
  /** What it has received is known since then. */
  readonly since: number;
  /** No other session was there meanwhile. */
  isAlone: boolean;
}

const MOST_LEFT = 1000;

/** The kernel websockets of each notebook, and how far those had come that are gone. */
export class OpenSockets implements NotebookSockets {
  readonly #documentOf: (kernelId: string) => string | null;
  readonly #notebooksOn: (kernelId: string) => number;
  readonly #now: () => number;
  readonly #open = new Map<string, Map<KernelClient, Presence>>();
  /** Pages stay open when their kernel is shut down, and go on saving. */
  readonly #paths = new Map<string, string>();
  readonly #left = new Map<string, LeftSession>();

  readonly #shared = new Set<string>();

  /**
   * @param deps.documentOf the path of the notebook whose session runs on a kernel; null for none, or no such kernel
   * @param deps.notebooksOn how many notebooks' sessions run on a kernel
   */
  constructor(deps: {
    readonly documentOf: (kernelId: string) => string | null;
    readonly notebooksOn: (kernelId: string) => number;
    readonly now: () => number;
  }) {
    this.#documentOf = deps.documentOf;
    this.#notebooksOn = deps.notebooksOn;
    this.#now = deps.now;
  }

  opened(kernelId: string, client: KernelClient): void {
    const clients = this.#open.get(kernelId) ?? new Map<KernelClient, Presence>();
    const key = keyOf(kernelId, client.sessionId);
    const same = [...clients].find(([{ sessionId }]) => sessionId === client.sessionId);
    const others = [...clients].filter(([{ sessionId }]) => sessionId !== client.sessionId);
    for (const [, presence] of others) presence.isAlone = false;
    const before = this.#left.get(key) ?? same?.[1];
    // One that begins with the present has what was before only if it is a new page, that asked for nothing before.
    const since = before?.since ?? (client.progress.received < client.attachedAt ? 0 : this.#now());
    clients.set(client, { since, isAlone: others.length === 0 && before?.isAlone !== false });
    this.#open.set(kernelId, clients);
    this.#left.delete(key);
  }

  /** @returns the path of the notebook that it was open for */
  closed(kernelId: string, client: KernelClient): string | null {
    const clients = this.#open.get(kernelId);
    const presence = clients?.get(client);
    if (clients === undefined || presence === undefined) return null;
    clients.delete(client);
    const path = this.#pathOf(kernelId);
    const isThere = [...clients.keys()].some(({ sessionId }) => sessionId === client.sessionId);
    const { actor, progress, sessionId } = client;
    const left = { ...presence, actor, received: progress.received };
    if (!isThere) this.#left.set(keyOf(kernelId, sessionId), left);
    const [oldest] = this.#left.keys();
    if (this.#left.size > MOST_LEFT && oldest !== undefined) this.#left.delete(oldest);
    if (clients.size === 0) {
      this.#open.delete(kernelId);
      this.#paths.delete(kernelId);
    }
    return path;
  }

  socketsOf(path: string): readonly OpenSocket[] {
    const sockets: OpenSocket[] = [];
    for (const [kernelId, clients] of this.#open) {
      if (this.#pathOf(kernelId) !== path) continue;
      for (const [{ sessionId: session, actor, progress }, { since }] of clients)
        sockets.push({ kernelId, session, actor, confirmed: progress.received, since });
    }
    return sockets;
  }

  leftBy(kernelId: string, session: string): LeftSession | null {
    return this.#left.get(keyOf(kernelId, session)) ?? null;
  }

  isShared(kernelId: string): boolean {
    if (this.#notebooksOn(kernelId) > 1) this.#shared.add(kernelId);
    const [oldest] = this.#shared;
    if (this.#shared.size > MOST_LEFT && oldest !== undefined) this.#shared.delete(oldest);
    return this.#shared.has(kernelId);
  }

  #pathOf(kernelId: string): string | null {
    this.isShared(kernelId);
    const path = this.#documentOf(kernelId);
    if (path !== null) this.#paths.set(kernelId, path);
    return path ?? this.#paths.get(kernelId) ?? null;
  }
}

const keyOf = (kernelId: string, session: string): string => `${kernelId}/${session}`;
