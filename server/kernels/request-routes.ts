import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { BoundedMap } from './bounded-map.ts';

const REMEMBERED = 10_000;

/**
 * Who a kernel's answer is for. All sockets share one DEALER (contract §3.10), so it is told by the session in
 * parent_header; clients whose headers name another session than their socket's are remembered by message.
 */
export class RequestRoutes {
  readonly #sessionOfMessage = new BoundedMap<string, string>(REMEMBERED);
  #lastSession: string | null = null;

  sent(request: KernelMessage, session: string): void {
    this.#lastSession = session;
    if (request.header.session !== session) this.#sessionOfMessage.set(request.header.msg_id, session);
  }

  /** Null for what nobody asked for. */
  sessionOf({ channel, parentHeader }: KernelMessage): string | null {
    // An input request without a parent must reach somebody, or the kernel waits for ever.
    if (parentHeader === null) return channel === 'iopub' ? null : this.#lastSession;
    return this.#sessionOfMessage.get(parentHeader.msg_id) ?? parentHeader.session;
  }
}
