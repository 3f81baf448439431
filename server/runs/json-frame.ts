import type { JsonObject } from './nbformat-output.ts';

/** A message's JSON part as an object; an empty one for what is none, or holds the NaN that Python writes (M2). */
export function parseJsonFrame(frame: Uint8Array | undefined): JsonObject {
  if (frame === undefined) return {};
  try {
    const text = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  } catch {
    // JupyterLab cannot read it either, and shows nothing of it.
    return {};
  }
}
