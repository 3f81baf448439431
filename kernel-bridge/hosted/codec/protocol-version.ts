/**
 * Versions of the link. Whoever changes what a frame or message means raises it and keeps what was spoken before, since
 * a supervisor lives as long as its kernels. New types of JSON messages and kinds of entries need no new version: who
 * does not know them passes over them.
 * - 1: 2026-11
 */
export const LINK_PROTOCOL = 1;

/** The versions that a peer speaks. */
export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}
export const SPOKEN_PROTOCOLS: ProtocolRange = { min: LINK_PROTOCOL, max: LINK_PROTOCOL };

/** The newest that both speak; null if there is none. */
export function commonProtocol(ours: ProtocolRange, theirs: ProtocolRange): number | null {
  const newest = Math.min(ours.max, theirs.max);
  return newest >= Math.max(ours.min, theirs.min) ? newest : null;
}
