import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { chosenKernel } from '../chosen-kernel.ts';
import { parseObject } from '../message-part.ts';

/** The kernel that a request to execute asks for. */
export interface AskedKernel {
  /** As it was written, or chosen; empty where `%%kernel` stands alone. */
  readonly name: string;
  /** What that kernel is to run. */
  readonly code: string;
  /** The host of the page that asks, for kernels that run in pages; null where the request does not say. */
  readonly host: string | null;
}

const MARK = '%%kernel';
const FIRST_LINE = /^[\s\ufeff]*%%kernel(?:[ \t]+(?<name>[^\r\n]*))?(?:\r?\n|$)/;
/** In a cell's metadata, which stock JupyterLab sends with its requests. */
const KEY = '"in_the_loop"';

/** What makes a request a notebook's cell, which it is on the notebook's own kernel alone. */
const OF_CELLS: ReadonlySet<string> = new Set(['cellId', 'in_the_loop']);

/** A cell of which somebody wrote whose it is: its first line with anything on it begins with `%%kernel`. */
export function parseKernelLine(code: string): Pick<AskedKernel, 'name' | 'code'> | null {
  const match = FIRST_LINE.exec(code);
  if (match === null) return null;
  return { name: match.groups?.['name']?.trim() ?? '', code: code.slice(match[0].length) };
}

/** Quick: whether it may. */
export function mayAskForKernel(frames: KernelMessage['frames']): boolean {
  return includes(frames[3], MARK) || includes(frames[2], KEY);
}

/** What is written in a cell counts more than what was chosen for it. @returns null for one that asks for none */
export function askedKernel(frames: KernelMessage['frames']): AskedKernel | null {
  if (!mayAskForKernel(frames)) return null;
  const { code } = parseObject(frames[3]);
  if (typeof code !== 'string') return null;
  const ours = parseObject(frames[2])['in_the_loop'];
  const asked = parseKernelLine(code) ?? chosen(ours, code);
  return asked === null ? null : { ...asked, host: hostIn(ours) };
}

function chosen(ours: unknown, code: string): Pick<AskedKernel, 'name' | 'code'> | null {
  const name = chosenKernel(ours);
  return name === null ? null : { name, code };
}

function hostIn(ours: unknown): string | null {
  const { host } = typeof ours === 'object' && ours !== null ? (ours as { readonly host?: unknown }) : {};
  return typeof host === 'string' ? host : null;
}

/** The request as that kernel gets it: under the same id, so that its answers are the cell's; no notebook's cell by itself. */
export function requestFor(
  { code }: Pick<AskedKernel, 'code'>,
  { frames, ...request }: KernelMessage,
): KernelMessage {
  const [header = new Uint8Array(), parent = new Uint8Array(), metadata, content, ...buffers] = frames;
  const kept = Object.entries(parseObject(metadata)).filter(([key]) => !OF_CELLS.has(key));
  const asked = { ...parseObject(content), code };
  return { ...request, frames: [header, parent, json(Object.fromEntries(kept)), json(asked), ...buffers] };
}

function json(part: object): Buffer {
  return Buffer.from(JSON.stringify(part));
}

function includes(frame: Uint8Array | undefined, text: string): boolean {
  if (frame === undefined) return false;
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).includes(text);
}
