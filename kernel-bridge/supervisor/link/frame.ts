import { FRAME_HEADER_BYTES, FRAME_TYPES, writeFrame } from '../../hosted/codec/frame.ts';
import { FrameReader } from '../../hosted/codec/frame-reader.ts';

/** Frames of the link in Node's buffers. */
export function encodeFrame(type: number, payload: Uint8Array): Buffer {
  return writeFrame(Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.byteLength), type, payload);
}

export function encodeJson(message: object): Buffer {
  return encodeFrame(FRAME_TYPES.json, Buffer.from(JSON.stringify(message)));
}

export function frameReader(onFrame: (type: number, payload: Buffer) => void): FrameReader<Buffer> {
  return new FrameReader<Buffer>((pieces) => Buffer.concat(pieces), onFrame);
}
