import type { CellRun } from './cell-run.ts';
import type { Sight } from './merge-save.ts';

/** A kernel websocket that is open for a notebook. */
export interface OpenSocket {
  readonly kernelId: string;
  readonly session: string;
  /** The user's name. */
  readonly actor: string;
  /** The client is known to have received the kernel's stream up to this sequence. */
  readonly confirmed: number;
  /** Milliseconds since the epoch: how much it has of what was asked for before is not known. */
  readonly since: number;
}

/** A session without a socket, that had one. */
export interface LeftSession {
  readonly actor: string;
  /** As `confirmed` and `since` of an open one. */
  readonly received: number;
  readonly since: number;
  /** No other session had a socket to the kernel meanwhile. */
  readonly isAlone: boolean;
}

/** What a notebook's page had of each run when it read the notebook: their revisions, by their ids. */
export type ReadRuns = ReadonlyMap<string, number>;

/**
 * Whether the pages that may be saving have what a run said. A page gets the output of what it asked for itself by its
 * websocket; of what others asked for it has what was in the notebook when it read it (stock JupyterLab drops messages
 * of requests that it did not send).
 * @param readBy what the page behind a socket read; null where that is not known
 * @param away what is known of a page without a socket: what was read last, and what left sessions had received
 */
export function sightOfRun(
  run: CellRun,
  sockets: readonly OpenSocket[],
  readBy: (socket: OpenSocket) => ReadRuns | null,
  away: { readonly read: ReadRuns | null; readonly left: LeftSession | null },
): Sight {
  const { read, left } = away;
  const hadAll = left !== null && left.received >= run.revision && left.since <= run.queuedAt;
  const [socket] = sockets;
  if (socket === undefined) {
    if (hadAll) return 'seen';
    const sight = sightOfRead(run, read);
    return sight === 'unseen' && left !== null ? 'known' : sight;
  }
  if (hadAll && sockets.length === 1 && isSamePage(left, run, socket)) return 'seen';
  const sights = sockets.map((socket): Sight => {
    const asked = socket.session === run.session && socket.kernelId === run.kernelId;
    if (asked) return socket.confirmed >= run.revision && socket.since <= run.queuedAt ? 'seen' : 'known';
    return sightOfRead(run, readBy(socket));
  });
  if (sights.includes('unseen')) return 'unseen';
  return sights.includes('known') ? 'known' : 'seen';
}

/** A page that changes its kernel comes back under another session, to another kernel. */
function isSamePage(left: LeftSession, { kernelId }: CellRun, socket: OpenSocket): boolean {
  return left.isAlone && left.actor === socket.actor && kernelId !== socket.kernelId;
}

function sightOfRead({ id, revision }: CellRun, read: ReadRuns | null): Sight {
  const known = read?.get(id);
  if (known === undefined) return 'unseen';
  return known >= revision ? 'seen' : 'known';
}
