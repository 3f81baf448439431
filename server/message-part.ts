/** A JSON part of a kernel's message as an object; an empty one for what is none, or holds the NaN that Python writes. */
export function parseObject(frame: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  if (frame === undefined) return {};
  try {
    const value: unknown = JSON.parse(
      Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString(),
    );
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // The message goes on as it is; only what we would have read of it is missing.
    return {};
  }
}
