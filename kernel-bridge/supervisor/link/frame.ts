import { MalformedError } from '../../protocol/malformed-error.ts';

/**
 * How bytes on the link become frames: `u32 length, u8 type, payload`, where the length counts all behind itself. An
 * entry's frame is also its record in the spool, byte for byte, so that it is encoded once.
 */
export const FRAME_TYPES = {
  /** One JSON message of `up.ts` or `down.ts`. */
  json: 1,
  /** What a kernel said or became; `entry-record.ts`. */
  entry: 2,
  /** The id of the kernel whose entries follow, in UTF-8. */
  entriesOf: 3,
  /** A message for a kernel; `sent-message.ts`. */
  send: 4,
  /** One JSON message of `terminals/terminal-up.ts` or `terminals/terminal-down.ts`. */
  terminal: 5,
  /** What was typed into a terminal or printed in it; `terminals/terminal-frames.ts`. */
  terminalText: 6,
} as const;

export const FRAME_HEADER_BYTES = 5;
/** Beyond what a kernel can say: no string of JavaScript, and no message of ZeroMQ that was seen, is as long. */
export const LONGEST_FRAME = 1024 * 1024 * 1024;
const LONGEST_JSON = 16 * 1024 * 1024;

export function encodeFrame(type: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.byteLength);
  frame.writeUInt32BE(payload.byteLength + 1, 0);
  frame[4] = type;
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

export function encodeJson(message: object): Buffer {
  return encodeFrame(FRAME_TYPES.json, Buffer.from(JSON.stringify(message)));
}

/** Cuts a stream of bytes into frames, however it was split. A frame that came in one piece is not copied. */
export class FrameReader {
  readonly #onFrame: (type: number, payload: Buffer) => void;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** So many are needed before there is anything to read. */
  #needed = FRAME_HEADER_BYTES;

  constructor(onFrame: (type: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws MalformedError for a length that no frame has; whatever the handler of frames throws */
  push(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes < this.#needed) return;
    const bytes = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    const taken = this.#readFrames(bytes);
    const rest = bytes.subarray(taken);
    this.#pieces = rest.byteLength === 0 ? [] : [rest];
    this.#bytes = rest.byteLength;
    this.#needed = rest.byteLength < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : 4 + rest.readUInt32BE(0);
  }

  /** @returns how many bytes the whole frames took */
  #readFrames(bytes: Buffer): number {
    let at = 0;
    while (bytes.byteLength - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUInt32BE(at);
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
