import { FRAME_HEADER_BYTES, FRAME_TYPES, writeFrame } from '../codec/frame.ts';
import { FrameReader } from '../codec/frame-reader.ts';

const encoder = new TextEncoder();

/** Frames of the link in plain bytes. */
export function encodeFrame(type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return writeFrame(new Uint8Array(FRAME_HEADER_BYTES + payload.byteLength), type, payload);
}

export function encodeJson(message: object): Uint8Array<ArrayBuffer> {
  return encodeFrame(FRAME_TYPES.json, encoder.encode(JSON.stringify(message)));
}

export function frameReader(onFrame: (type: number, payload: Uint8Array) => void): FrameReader<Uint8Array> {
  return new FrameReader<Uint8Array>(concatenate, onFrame);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
