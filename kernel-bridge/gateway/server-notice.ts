import type { KernelMessage } from '../protocol/message.ts';

/** What a kernel's server says in the kernel's name. */
export type ServerNotice =
  /** It throws output away beyond a rate; the setting of that name says which. */
  | { readonly kind: 'limits'; readonly setting: string; readonly requestId: string }
  | { readonly kind: 'restarts' }
  | { readonly kind: 'gave-up' };

/**
 * Tells it from what the kernel says: by the websocket's session, under which no kernel speaks, or by states that no kernel
 * says of itself (In the Loop says them under the kernel's own session).
 * @returns null for what the kernel says
 */
export function serverNoticeOf(message: KernelMessage, sessionId: string): ServerNotice | null {
  const { channel, header, parentHeader, frames } = message;
  if (channel !== 'iopub') return null;
  if (header.msg_type === 'stream') {
    if (header.session !== sessionId) return null;
    const content = Buffer.from(frames[3] ?? []).toString();
    // The text is the only sign of the loss (contract §3.5).
    const found = /IOPub (message|data) rate exceeded/.exec(content);
    if (found === null) return null;
    const setting = found[1] === 'data' ? 'iopub_data_rate_limit' : 'iopub_msg_rate_limit';
    return { kind: 'limits', setting, requestId: parentHeader?.msg_id ?? '' };
  }
  if (header.msg_type !== 'status' || parentHeader !== null) return null;
  const content = Buffer.from(frames[3] ?? []).toString();
  if (/"execution_state":\s*"dead"/.test(content)) return { kind: 'gave-up' };
  return /"execution_state":\s*"(auto)?restarting"/.test(content) ? { kind: 'restarts' } : null;
}
