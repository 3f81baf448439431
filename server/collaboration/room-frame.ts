import * as encoding from 'lib0/encoding';
import { AWARENESS, RAW, STEP_1, STEP_2, SYNC, UPDATE } from './room-message.ts';

/**
 * A message of the server as it goes over the wire, websocket header included. A server's frames are not masked (RFC 6455
 * §5.1), so the same bytes serve every client.
 */
export type RoomFrame = Buffer;

/** FIN and the opcode of a binary message. */
const BINARY = 0x82;
const LONGEST_SHORT = 125;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

export function step1Frame(stateVector: Uint8Array): RoomFrame {
  return syncFrame(STEP_1, stateVector);
}

export function step2Frame(update: Uint8Array): RoomFrame {
  return syncFrame(STEP_2, update);
}

/** Encoded once for all clients: they are given the same array. */
export const updateFrame = onceFor((update) => syncFrame(UPDATE, update));

export const awarenessFrame = onceFor((update) =>
  frameOf((encoder) => {
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, update);
  }),
);

/** A JSON message beside the document's. */
export function rawFrame(message: object): RoomFrame {
  return frameOf((encoder) => {
    encoding.writeVarUint(encoder, RAW);
    encoding.writeVarString(encoder, JSON.stringify(message));
  });
}

function syncFrame(step: number, bytes: Uint8Array): RoomFrame {
  return frameOf((encoder) => {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, bytes);
  });
}

function frameOf(write: (encoder: encoding.Encoder) => void): RoomFrame {
  const encoder = encoding.createEncoder();
  write(encoder);
  const length = encoding.length(encoder);
  const header = headerOf(length);
  return Buffer.concat([header, encoding.toUint8Array(encoder)], header.length + length);
}

function headerOf(length: number): Buffer {
  if (length <= LONGEST_SHORT) return Buffer.from([BINARY, length]);
  if (length <= 0xffff) {
    const header = Buffer.from([BINARY, LENGTH_IN_16_BITS, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[0] = BINARY;
  header[1] = LENGTH_IN_64_BITS;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

function onceFor(make: (update: Uint8Array) => RoomFrame): (update: Uint8Array) => RoomFrame {
  const made = new WeakMap<Uint8Array, RoomFrame>();
  return (update) => {
    let frame = made.get(update);
    if (frame === undefined) made.set(update, (frame = make(update)));
    return frame;
  };
}
