import { decodeLiveFrame, type LiveFrame, type LiveFramePart } from '../../../server/wire/live-frame.ts';

/** Puts frames together that came in parts. Those of several documents may come in turns. */
export class FrameAssembly {
  readonly #parts = new Map<number, Uint8Array[]>();

  /** @returns null while parts are missing */
  add(frame: LiveFrame | LiveFramePart): LiveFrame | null {
    if (frame.kind !== 'part') return frame;
    const { handle, isLast, payload } = frame;
    const parts = this.#parts.get(handle) ?? [];
    parts.push(payload);
    if (!isLast) {
      this.#parts.set(handle, parts);
      return null;
    }
    this.#parts.delete(handle);
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let start = 0;
    for (const part of parts) {
      whole.set(part, start);
      start += part.length;
    }
    return this.add(decodeLiveFrame(whole));
  }
}
