import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';

/** In bytes, as far as it is content. */
export function sizeOf({ frames }: KernelMessage): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.byteLength;
  return bytes;
}
