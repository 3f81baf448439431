import { MalformedError } from './malformed-error.ts';

/** Frames of the link, as kernel-bridge/supervisor/link/frame.ts tells them: `u32 length, u8 type, payload`. */
export const FRAME_TYPES = {
  json: 1,
  entry: 2,
  entriesOf: 3,
  send: 4,
  terminal: 5,
  terminalText: 6,
} as const;

export const FRAME_HEADER_BYTES = 5;
export const LONGEST_FRAME = 1024 * 1024 * 1024;
const LONGEST_JSON = 16 * 1024 * 1024;
const encoder = new TextEncoder();

export function encodeFrame(type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.byteLength);
  viewOf(frame).setUint32(0, payload.byteLength + 1);
  frame[4] = type;
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

export function encodeJson(message: object): Uint8Array<ArrayBuffer> {
  return encodeFrame(FRAME_TYPES.json, encoder.encode(JSON.stringify(message)));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Cuts a stream of bytes into frames, however it was split. */
export class FrameReader {
  readonly #onFrame: (type: number, payload: Uint8Array) => void;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** So many are needed before there is anything to read. */
  #needed = FRAME_HEADER_BYTES;

  constructor(onFrame: (type: number, payload: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws MalformedError for a length that no frame has; whatever the handler of frames throws */
  push(chunk: Uint8Array): void {
    this.#pieces.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes < this.#needed) return;
    const bytes = this.#pieces.length === 1 ? chunk : concatenate(this.#pieces);
    const rest = bytes.subarray(this.#readFrames(bytes));
    this.#pieces = rest.byteLength === 0 ? [] : [rest];
    this.#bytes = rest.byteLength;
    this.#needed = rest.byteLength < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : 4 + viewOf(rest).getUint32(0);
  }

  /** @returns how many bytes the whole frames took */
  #readFrames(bytes: Uint8Array): number {
    const view = viewOf(bytes);
    let at = 0;
    while (bytes.byteLength - at >= FRAME_HEADER_BYTES) {
      const length = view.getUint32(at);
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

export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
