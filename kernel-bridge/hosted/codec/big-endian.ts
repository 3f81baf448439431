/** Whole numbers in bytes, the highest byte first. By hand: Node's Buffer is not everywhere, and a DataView is one object more. */
const HIGH = 2 ** 24;
const U32 = 2 ** 32;

/** The caller has seen that the bytes are there, as for all here. */
export function readU32(bytes: Uint8Array, at: number): number {
  const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return (bytes[at] ?? 0) * HIGH + low;
}

export function writeU32(target: Uint8Array, value: number, at: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

export function readU48(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) * U32 + readU32(bytes, at + 2);
}

export function writeU48(target: Uint8Array, value: number, at: number): void {
  const high = Math.floor(value / U32);
  target[at] = high >>> 8;
  target[at + 1] = high;
  writeU32(target, value % U32, at + 2);
}
