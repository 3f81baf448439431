import type { StoredEvent } from '../../event-log/event.ts';
import type { Channel, KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { Dialect, DialectName } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import type { WebsocketFrame } from '../../kernel-bridge/protocol/websocket-frame.ts';

/** No session has this id. */
const NOBODY = '';

/** A kernel's message on its way to sockets: encoded once a dialect, however many sockets there are. */
export class OutgoingMessage {
  readonly channel: Channel;
  readonly messageId: string;
  readonly messageType: string;
  /** Of the request that it answers; null for what nobody asked for. */
  readonly parentId: string | null;
  readonly frames: readonly Uint8Array[];
  /** The session that alone gets it; null for all. */
  readonly recipient: string | null;
  readonly #encoded: Partial<Record<DialectName, WebsocketFrame>> = {};

  /** @param recipient ignored on iopub, which everybody hears */
  constructor(
    message: Pick<OutgoingMessage, 'channel' | 'messageId' | 'messageType' | 'parentId' | 'frames'>,
    recipient: string | null,
  ) {
    this.channel = message.channel;
    this.messageId = message.messageId;
    this.messageType = message.messageType;
    this.parentId = message.parentId;
    this.frames = message.frames;
    this.recipient = message.channel === 'iopub' ? null : (recipient ?? NOBODY);
  }

  static fromKernel(message: KernelMessage, recipient: string | null): OutgoingMessage {
    const { channel, header, parentHeader, frames } = message;
    const parentId = parentHeader?.msg_id ?? null;
    return new OutgoingMessage(
      { channel, messageId: header.msg_id, messageType: header.msg_type, parentId, frames },
      recipient,
    );
  }

  /** Null for events that are no message of a kernel. */
  static fromEvent(event: StoredEvent): OutgoingMessage | null {
    if (event.type !== 'kernel-message') return null;
    const { channel, messageId, messageType, parentSession } = event.data;
    const parentId = event.causedBy;
    return new OutgoingMessage(
      { channel, messageId, messageType, parentId, frames: event.frames },
      parentSession,
    );
  }

  frame(dialect: Dialect): WebsocketFrame {
    return (this.#encoded[dialect.name] ??= dialect.encode(this));
  }
}
