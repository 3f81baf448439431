import { randomUUID } from 'node:crypto';
import type { Channel, KernelMessage } from './message.ts';

/** The requests that the bridge sends in its own name. */
export type OwnRequestType = 'kernel_info_request' | 'interrupt_request' | 'shutdown_request';

export function createKernelRequest(
  channel: Channel,
  type: OwnRequestType,
  session: string,
  content: Readonly<Record<string, unknown>> = {},
): KernelMessage {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: '',
    date: new Date().toISOString(),
    version: '5.4',
  };
  const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return { channel, header, parentHeader: null, frames };
}
