import type { LegacyMessage } from './websocket-legacy-codec.ts';
import { decodeLegacy, encodeLegacy } from './websocket-legacy-codec.ts';
import type { ClientFrame, WebsocketFrame } from './websocket-frame.ts';
import { decodeV1, encodeV1, V1_SUBPROTOCOL } from './websocket-v1-codec.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';

/** The two framings of a kernel websocket. */
export type DialectName = 'v1' | 'legacy';

export interface Dialect {
  readonly name: DialectName;
  encode(message: LegacyMessage): WebsocketFrame;
  /** @throws MalformedFrameError */
  decode(data: Buffer, binary: boolean): ClientFrame;
}

const v1: Dialect = {
  name: 'v1',
  encode: ({ channel, frames }) => encodeV1(channel, frames),
  decode: (data, binary) => {
    if (!binary) throw new MalformedFrameError('a frame of the v1 protocol is binary');
    return decodeV1(data);
  },
};
const legacy: Dialect = { name: 'legacy', encode: encodeLegacy, decode: decodeLegacy };

/** A name that was not offered, or one of another protocol, would make Lab give the kernel up (contract §3.1). */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  return offered.has(V1_SUBPROTOCOL) ? V1_SUBPROTOCOL : false;
}

/** @param subprotocol the one that was agreed upon; empty for none */
export function dialectOf(subprotocol: string): Dialect {
  return subprotocol === V1_SUBPROTOCOL ? v1 : legacy;
}
