import * as Y from 'yjs';
import { resultOf } from '../offline/storage/database.ts';
import type { KeptFork } from '../tokens.ts';

/** A fork as the database has it. One history has one: a second of it is merged into the first. */
export interface ForkRecord extends Omit<KeptFork, 'keptAt'> {
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
}

export type ForkKey = [root: string, documentId: string, epoch: string];

export function forkKeyOf({ root, documentId, epoch }: ForkRecord): ForkKey {
  return [root, documentId, epoch];
}

export function forkRecordOf(root: string, fork: KeptFork): ForkRecord {
  return { ...fork, root, keptAt: fork.keptAt.getTime() };
}

/** Both are of one history, so nothing of either is lost, and what both have is there once. */
export function mergedFork(old: ForkRecord | undefined, fork: ForkRecord): ForkRecord {
  if (old === undefined) return fork;
  return {
    ...fork,
    state: Y.mergeUpdates([old.state, fork.state]),
    unsentChanges: Math.max(old.unsentChanges, fork.unsentChanges),
  };
}

/** @returns what is kept now */
export async function putFork(transaction: IDBTransaction, fork: ForkRecord): Promise<ForkRecord> {
  const store = transaction.objectStore('forks');
  const old = (await resultOf(store.get(forkKeyOf(fork)))) as ForkRecord | undefined;
  const kept = mergedFork(old, fork);
  await resultOf(store.put(kept));
  return kept;
}
