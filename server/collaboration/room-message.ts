import * as decoding from 'lib0/decoding';

/** The first number of a message (contract §6.1). */
export const SYNC = 0;
export const AWARENESS = 1;
export const RAW = 2;

/** The second one, of those that synchronize. */
export const STEP_1 = 0;
export const STEP_2 = 1;
export const UPDATE = 2;

/** What a client says in a room. Its bytes are views of what was received. */
export type RoomMessage =
  | { readonly kind: 'sync-step-1'; readonly stateVector: Uint8Array }
  | { readonly kind: 'sync-step-2'; readonly update: Uint8Array }
  | { readonly kind: 'update'; readonly update: Uint8Array }
  | { readonly kind: 'awareness'; readonly update: Uint8Array; readonly saysMoreThanGoodbye: boolean }
  | { readonly kind: 'save'; readonly saveId: number }
  /** What other versions of the protocol may know. */
  | { readonly kind: 'unknown' };

/** @throws Error for bytes that end too early */
export function readRoomMessage(data: Uint8Array): RoomMessage {
  const decoder = decoding.createDecoder(data);
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return readSync(decoder);
    case AWARENESS: {
      const update = decoding.readVarUint8Array(decoder);
      return { kind: 'awareness', update, saysMoreThanGoodbye: saysMoreThanGoodbye(update) };
    }
    case RAW:
      return decoding.readVarString(decoder) === 'save'
        ? { kind: 'save', saveId: decoding.readVarUint(decoder) }
        : { kind: 'unknown' };
    default:
      return { kind: 'unknown' };
  }
}

function readSync(decoder: decoding.Decoder): RoomMessage {
  switch (decoding.readVarUint(decoder)) {
    case STEP_1:
      return { kind: 'sync-step-1', stateVector: decoding.readVarUint8Array(decoder) };
    case STEP_2:
      return { kind: 'sync-step-2', update: decoding.readVarUint8Array(decoder) };
    case UPDATE:
      return { kind: 'update', update: decoding.readVarUint8Array(decoder) };
    default:
      return { kind: 'unknown' };
  }
}

/** A state of null is that of somebody who leaves. */
function saysMoreThanGoodbye(update: Uint8Array): boolean {
  const decoder = decoding.createDecoder(update);
  for (let count = decoding.readVarUint(decoder); count > 0; count -= 1) {
    decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    if (decoding.readVarString(decoder) !== 'null') return true;
  }
  return false;
}
