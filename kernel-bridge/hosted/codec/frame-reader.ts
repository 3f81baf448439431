import { readU32 } from './big-endian.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES, LONGEST_FRAME } from './frame.ts';
import { MalformedError } from './malformed-error.ts';
import type { OwnBytes } from './own-bytes.ts';

const LONGEST_JSON = 16 * 1024 * 1024;

/** Cuts a stream of bytes into frames, however it was split. A frame that came in one piece is not copied. */
export class FrameReader<Bytes extends OwnBytes<Bytes>> {
  readonly #concatenate: (pieces: readonly Bytes[]) => Bytes;
  readonly #onFrame: (type: number, payload: Bytes) => void;
  #pieces: Bytes[] = [];
  #bytes = 0;
  /** So many are needed before there is anything to read. */
  #needed = FRAME_HEADER_BYTES;

  constructor(
    concatenate: (pieces: readonly Bytes[]) => Bytes,
    onFrame: (type: number, payload: Bytes) => void,
  ) {
    this.#concatenate = concatenate;
    this.#onFrame = onFrame;
  }

  /** @throws MalformedError for a length that no frame has; whatever the handler of frames throws */
  push(chunk: Bytes): void {
    this.#pieces.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes < this.#needed) return;
    const bytes = this.#pieces.length === 1 ? chunk : this.#concatenate(this.#pieces);
    const rest = bytes.subarray(this.#readFrames(bytes));
    this.#pieces = rest.byteLength === 0 ? [] : [rest];
    this.#bytes = rest.byteLength;
    this.#needed = rest.byteLength < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : 4 + readU32(rest, 0);
  }

  /** @returns how many bytes the whole frames took */
  #readFrames(bytes: Bytes): number {
    let at = 0;
    while (bytes.byteLength - at >= FRAME_HEADER_BYTES) {
      const length = readU32(bytes, at);
      const type = bytes[at + 4] ?? 0;
      if (length < 1 || length > LONGEST_FRAME || (type === FRAME_TYPES.json && length > LONGEST_JSON))
        throw new MalformedError(`a frame of type ${type} says that it has ${length} bytes`);
      const end = at + 4 + length;
      if (end > bytes.byteLength) break;
      const payload = bytes.subarray(at + FRAME_HEADER_BYTES, end);
      at = end;
      this.#onFrame(type, payload);
    }
    return at;
  }
}
