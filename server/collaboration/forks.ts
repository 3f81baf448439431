import { randomUUID } from 'node:crypto';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import type { SharedDocument } from '../shared-document.ts';
import type { TransientRooms } from './transient-rooms.ts';

/** As the API shows it. */
export interface ForkInfo {
  readonly root_roomid: string;
  readonly synchronize: boolean;
  readonly title: string;
  readonly description: string;
}

interface Fork {
  readonly info: ForkInfo;
  readonly ydoc: Doc;
  /** Ends what it takes in of its root. */
  readonly leaveRoot: () => void;
}

/** Who changes a document when a fork is merged into it. */
export interface Merging {
  readonly actor: string;
  readonly mayWrite: () => boolean;
}

/** Copies of documents, in rooms of their own. They are kept as long as the server runs, as jupyter-collaboration's are. */
export class Forks {
  readonly #rooms: TransientRooms;
  readonly #forks = new Map<string, Fork>();

  constructor(rooms: TransientRooms) {
    this.#rooms = rooms;
  }

  /** By their rooms' ids. */
  of(rootRoomId: string): Readonly<Record<string, ForkInfo>> {
    const forks = [...this.#forks].filter(([, { info }]) => info.root_roomid === rootRoomId);
    return Object.fromEntries(forks.map(([roomId, { info }]) => [roomId, info]));
  }

  find(roomId: string): ForkInfo | null {
    return this.#forks.get(roomId)?.info ?? null;
  }

  /** @returns the id of its room @throws HttpError 503 where there are too many rooms */
  async create(root: SharedDocument, info: ForkInfo): Promise<string> {
    const ydoc = new Doc();
    const roomId = randomUUID().replaceAll('-', '');
    // Joined first: what is committed between both is in it twice rather than not at all.
    const leaveRoot = info.synchronize ? followRoot(root, ydoc) : () => undefined;
    try {
      applyUpdate(ydoc, await root.stateSince(new Uint8Array()));
      this.#rooms.keep(roomId, ydoc);
    } catch (error) {
      leaveRoot();
      throw error;
    }
    this.#forks.set(roomId, { info, ydoc, leaveRoot });
    return roomId;
  }

  /** Puts what the fork has more into its root, as a person's change: its outputs are judged as any browser's (I2). */
  async merge(roomId: string, root: SharedDocument, { actor, mayWrite }: Merging): Promise<void> {
    const fork = this.#forks.get(roomId);
    if (fork === undefined) return;
    const membership = root.join({ ...SILENT, actor, mayWrite });
    try {
      await membership.receive(encodeStateAsUpdate(fork.ydoc, encodeStateVector(root.ydoc)));
    } finally {
      membership.leave();
    }
  }

  remove(roomId: string): void {
    this.#forks.get(roomId)?.leaveRoot();
    this.#forks.delete(roomId);
    this.#rooms.drop(roomId);
  }

  /** Idempotent. */
  close(): void {
    for (const { leaveRoot } of this.#forks.values()) leaveRoot();
    this.#forks.clear();
  }
}

const SILENT = {
  updated: () => undefined,
  awarenessUpdated: () => undefined,
  renamed: () => undefined,
  ended: () => undefined,
} as const;

/** Hears what is committed in the root alone (I1), and keeps it loaded. */
function followRoot(root: SharedDocument, ydoc: Doc): () => void {
  const membership = root.join({
    ...SILENT,
    actor: 'server',
    mayWrite: () => false,
    updated: (update) => applyUpdate(ydoc, update),
  });
  return () => membership.leave();
}
