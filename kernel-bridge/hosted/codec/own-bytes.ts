/** Bytes whose parts are of their own kind: Node's Buffer, or a Uint8Array where there is none. */
export type OwnBytes<Bytes extends Uint8Array> = {
  subarray(start: number, end?: number): Bytes;
} & Uint8Array;
