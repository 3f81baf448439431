import * as Y from 'yjs';
import type { Base } from './document-bases.ts';

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
  readonly file: () => Promise<Buffer<ArrayBuffer> | null>;
  readonly bytes: (sha256: string) => Promise<Buffer<ArrayBuffer> | null>;
  readonly parse: (bytes: Buffer<ArrayBuffer>) => Promise<Parsed>;
  readonly distance: (one: Parsed, other: Parsed) => number;
}): Promise<string | null> {
  const told = deps.bases.find(({ sha256 }) => sha256 === deps.hash);
  const held = deps.bases.filter(({ vector }) => vector !== null && holds(deps.vector, vector));
  // Older than what the document says, it cannot be what both had last.
  const later = held.filter(({ order }) => told === undefined || order > told.order);
  const [first, ...others] = [...(told === undefined ? [] : [told]), ...later.slice(-1)];
  if (first === undefined) return null;
  const [second] = others;
  if (second === undefined) return first.sha256;
  // The server ended between the writing of the file and its noting, or just before the writing.
  const file = await deps.file();
  const parse = async (bytes: Buffer<ArrayBuffer> | null): Promise<Parsed | null> =>
    bytes === null ? null : deps.parse(bytes).catch(() => null);
  const [now, one, other] = await Promise.all([
    parse(file),
    parse(await deps.bytes(first.sha256)),
    parse(await deps.bytes(second.sha256)),
  ]);
  if (now === null || one === null || other === null) return second.sha256;
  return deps.distance(one, now) < deps.distance(other, now) ? first.sha256 : second.sha256;
}

/** Whether a document has all that was in it when it had the other state vector. */
function holds(vector: Uint8Array, other: Uint8Array): boolean {
  const clocks = Y.decodeStateVector(vector);
  return [...Y.decodeStateVector(other)].every(([client, clock]) => (clocks.get(client) ?? 0) >= clock);
}
