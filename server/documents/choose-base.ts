import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import type { Base } from './document-bases.ts';

/** Another program that writes a file so soon after a save may have read it before the save. */
export const READ_BEFORE_MS = 5000;

export interface FileRead {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly state: { readonly mtimeMs: number };
}

/**
 * What document and file last had in common, after whatever end the server before had. It is known by the document itself
 * (`hash`), or was made of a document that this one holds all of: not so after a power cut took the end of the log.
 * @returns null where nobody knows
 */
export async function chooseBase<Parsed>(deps: {
  /** Oldest first. */
  readonly bases: readonly Base[];
  /** What the document says. */
  readonly hash: unknown;
  readonly vector: Uint8Array;
  readonly file: () => Promise<FileRead | null>;
  readonly bytes: (sha256: string) => Promise<Buffer<ArrayBuffer> | null>;
  readonly parse: (bytes: Buffer<ArrayBuffer>) => Promise<Parsed>;
  readonly distance: (one: Parsed, other: Parsed) => number;
}): Promise<string | null> {
  const told = deps.bases.find(({ sha256 }) => sha256 === deps.hash);
  const held = deps.bases.filter(({ vector }) => vector !== null && holds(deps.vector, vector));
  // Older than what the document says, it cannot be what both had last.
  const later = held.filter(({ order }) => told === undefined || order > told.order);
  const last = later.at(-1) ?? told;
  if (last === undefined) return null;
  // The server ended between the writing of the file and its noting, or just before the writing; or another program wrote
  // what it had read before the last save.
  const file = await deps.file();
  const candidates = new Set([last, ...(told === undefined ? [] : [told])]);
  if (file !== null && file.state.mtimeMs - last.order < READ_BEFORE_MS) {
    for (const base of held) candidates.add(base);
    // What another program wrote is in the document if something newer is: it may never have been taken in.
    for (const base of deps.bases)
      if (base.vector === null && told !== undefined && base.order < told.order) candidates.add(base);
  }
  if (file === null || candidates.size === 1) return last.sha256;
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  if ([...candidates].some((base) => base.sha256 === sha256)) return sha256;
  const now = await deps.parse(file.bytes).catch(() => null);
  let [nearest, least] = [last.sha256, Infinity];
  for (const candidate of candidates) {
    const bytes = await deps.bytes(candidate.sha256);
    const base = bytes === null ? null : await deps.parse(bytes).catch(() => null);
    const distance = base === null || now === null ? Infinity : deps.distance(base, now);
    if (distance < least) [nearest, least] = [candidate.sha256, distance];
  }
  return nearest;
}

/** Whether a document has all that was in it when it had the other state vector. */
function holds(vector: Uint8Array, other: Uint8Array): boolean {
  const clocks = Y.decodeStateVector(vector);
  return [...Y.decodeStateVector(other)].every(([client, clock]) => (clocks.get(client) ?? 0) >= clock);
}
