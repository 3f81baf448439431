import { encodeFrame } from '../link/frame.ts';
import { FRAME_TYPES } from '../../hosted/codec/frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import type { TerminalDown } from './terminal-down.ts';
import type { TerminalUp } from './terminal-up.ts';

const VIEW_BYTES = 4;

/** What was typed in a view, or is to be printed in it: its number, then the text in UTF-8. */
export interface ViewText {
  readonly view: number;
  readonly text: string;
}

export function encodeViewText({ view, text }: ViewText): Buffer {
  const payload = Buffer.allocUnsafe(VIEW_BYTES + Buffer.byteLength(text));
  payload.writeUInt32BE(view);
  payload.write(text, VIEW_BYTES);
  return encodeFrame(FRAME_TYPES.terminalText, payload);
}

/** @throws MalformedError */
export function decodeViewText(payload: Buffer): ViewText {
  if (payload.byteLength < VIEW_BYTES) throw new MalformedError('a text of a terminal names no view');
  return { view: payload.readUInt32BE(), text: payload.toString('utf8', VIEW_BYTES) };
}

export function encodeTerminalMessage(message: TerminalUp | TerminalDown): Buffer {
  return encodeFrame(FRAME_TYPES.terminal, Buffer.from(JSON.stringify(message)));
}
