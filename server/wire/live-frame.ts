import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** A binary frame of the live websocket, as `handle.ts` describes them. */
export type LiveFrame =
  | { readonly handle: number; readonly kind: 'state-vector'; readonly payload: Uint8Array }
  /** What the other side lacked, in answer to its state vector. */
  | { readonly handle: number; readonly kind: 'missing'; readonly payload: Uint8Array }
  | { readonly handle: number; readonly kind: 'update'; readonly payload: Uint8Array }
  | { readonly handle: number; readonly kind: 'awareness'; readonly payload: Uint8Array };

/** One of several that make a frame. */
export interface LiveFramePart {
  readonly handle: number;
  readonly kind: 'part';
  readonly isLast: boolean;
  readonly payload: Uint8Array;
}

const SYNC = 0;
const AWARENESS = 1;
const PART = 2;
const SYNC_KINDS = ['state-vector', 'missing', 'update'] as const;

/** @throws Error for what is no such frame */
export function decodeLiveFrame(bytes: Uint8Array): LiveFrame | LiveFramePart {
  const decoder = decoding.createDecoder(bytes);
  const handle = decoding.readVarUint(decoder);
  const protocol = decoding.readVarUint(decoder);
  const detail = protocol === AWARENESS ? 0 : decoding.readVarUint(decoder);
  const payload = decoding.readVarUint8Array(decoder);
  if (decoding.hasContent(decoder)) throw new Error('A frame with something behind its end');
  if (protocol === AWARENESS) return { handle, kind: 'awareness', payload };
  if (protocol === PART) return { handle, kind: 'part', isLast: detail === 1, payload };
  const kind = protocol === SYNC ? SYNC_KINDS[detail] : undefined;
  if (kind === undefined) throw new Error('A frame of an unknown kind');
  return { handle, kind, payload };
}

export function encodeLiveFrame({ handle, kind, payload }: LiveFrame): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, handle);
  if (kind === 'awareness') encoding.writeVarUint(encoder, AWARENESS);
  else {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, SYNC_KINDS.indexOf(kind));
  }
  encoding.writeVarUint8Array(encoder, payload);
  return encoding.toUint8Array(encoder);
}

/** A long frame as several, in the order in which the page puts them together again. */
export function* partsOf(handle: number, frame: Uint8Array, partBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < frame.length; start += partBytes) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, handle);
    encoding.writeVarUint(encoder, PART);
    encoding.writeVarUint(encoder, start + partBytes >= frame.length ? 1 : 0);
    encoding.writeVarUint8Array(encoder, frame.subarray(start, start + partBytes));
    yield encoding.toUint8Array(encoder);
  }
}
