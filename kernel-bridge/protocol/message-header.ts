import { KernelError } from '../kernel.ts';
import type { MessageHeader } from './message.ts';

/**
 * Reads what the server needs of a header or parent_header. Lenient, because kernels are: missing fields read as
 * empty, unknown ones are ignored, NaN and Infinity (which Python's json writes) do not spoil the rest.
 * @returns null where the frame names no message: `{}`, and `null` as xeus sends it
 * @throws KernelError KERNEL_MESSAGE_INVALID if it is no JSON object
 */
export function parseMessageHeader(frame: Uint8Array): MessageHeader | null {
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('utf8');
  const header = parseLeniently(text);
  if (header === null) return null;
  if (typeof header !== 'object' || Array.isArray(header))
    throw new KernelError('KERNEL_MESSAGE_INVALID', 'a message header is not a JSON object');
  const { msg_id, msg_type, session } = header as Record<string, unknown>;
  if (typeof msg_id !== 'string' && typeof msg_type !== 'string') return null;
  return { msg_id: stringOr(msg_id), msg_type: stringOr(msg_type), session: stringOr(session) };
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return JSON.parse(text.replaceAll(/(?<=[[{:,]\s*)-?(?:NaN|Infinity)(?=\s*[\]},])/g, 'null'));
    } catch {
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'a message header is not JSON', { cause: error });
    }
  }
}

function stringOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
