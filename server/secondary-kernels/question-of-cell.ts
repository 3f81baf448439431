import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { mayAskForKernel, parseKernelLine } from './asked-kernel.ts';
import { parseObject } from '../message-part.ts';

type Content = Readonly<Record<string, unknown>>;

/** What a client wants to know of the text of a cell that names its kernel. */
export interface QuestionOfCell {
  readonly type: 'complete_request' | 'inspect_request';
  readonly name: string;
  /** Of the line that names the kernel, in code points, as all positions of the protocol. */
  readonly offset: number;
  readonly position: number;
  /** For that kernel, which is not told of the line; null where the cursor is in it. */
  readonly content: Content | null;
}

/** A reply as the client takes it. */
export interface CellAnswer {
  readonly type: 'complete_reply' | 'inspect_reply';
  readonly content: Content;
}

/** Null for what is no such question, or of a cell that names no kernel. */
export function questionOfCell({ header, frames }: KernelMessage): QuestionOfCell | null {
  const { msg_type: type } = header;
  if (type !== 'complete_request' && type !== 'inspect_request') return null;
  if (!mayAskForKernel(frames)) return null;
  const content = parseObject(frames[3]);
  const { code, cursor_pos: cursor } = content;
  const asked = typeof code === 'string' ? parseKernelLine(code) : null;
  if (typeof code !== 'string' || asked === null) return null;
  const all = lengthOf(code);
  const offset = all - lengthOf(asked.code);
  // Without one, the end of the text is meant.
  const position = typeof cursor === 'number' ? cursor : all;
  const isBehind = position >= offset && offset < all;
  const passed = { ...content, code: asked.code, cursor_pos: position - offset };
  return { type, name: asked.name, offset, position, content: isBehind ? passed : null };
}

/** A kernel's reply, with its positions in the whole cell. */
export function answerForCell({ type, offset }: QuestionOfCell, reply: Content): CellAnswer {
  if (type === 'inspect_request') return { type: 'inspect_reply', content: reply };
  const { metadata } = reply;
  return {
    type: 'complete_reply',
    content: { ...moved(reply, ['cursor_start', 'cursor_end'], offset), metadata: movedIn(metadata, offset) },
  };
}

/** Where there is nobody who could know. */
export function nothingKnown({ type, position }: QuestionOfCell): CellAnswer {
  if (type === 'inspect_request')
    return { type: 'inspect_reply', content: { status: 'ok', found: false, data: {}, metadata: {} } };
  const at = { cursor_start: position, cursor_end: position };
  return { type: 'complete_reply', content: { status: 'ok', matches: [], ...at, metadata: {} } };
}

/** IPython says of each match where it is to go. */
function movedIn(metadata: unknown, offset: number): unknown {
  if (typeof metadata !== 'object' || metadata === null) return metadata ?? {};
  const key = '_jupyter_types_experimental';
  const types = (metadata as Content)[key];
  if (!Array.isArray(types)) return metadata;
  return { ...metadata, [key]: types.map((one) => moved(one as Content, ['start', 'end'], offset)) };
}

function moved(from: Content, keys: readonly string[], offset: number): Content {
  const positions = keys.flatMap((key) => {
    const value = from[key];
    return typeof value === 'number' ? [[key, value + offset]] : [];
  });
  return { ...from, ...(Object.fromEntries(positions) as Content) };
}

function lengthOf(text: string): number {
  return [...text].length;
}
