import type { KernelMessage } from '../protocol/message.ts';

/** Whether a kernel says, to all who listen, that it ends, for good or to make room for another process. */
export function says({ channel, header, frames }: KernelMessage, what: 'shutdown' | 'restart'): boolean {
  if (channel !== 'iopub' || header.msg_type !== 'shutdown_reply') return false;
  const isRestart = /"restart":\s*true/.test(Buffer.from(frames[3] ?? []).toString());
  return isRestart === (what === 'restart');
}
