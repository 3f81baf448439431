import type { StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage, MessageHeader } from '../../kernel-bridge/protocol/message.ts';
import { parseMessageHeader } from '../../kernel-bridge/protocol/message-header.ts';

type Stored<Type extends StoredEvent['type']> = Extract<StoredEvent, { type: Type }>;

/** A kernel's message as it was heard; null for one whose header cannot be read. */
export function storedMessage({ data, frames }: Stored<'kernel-message'>): KernelMessage | null {
  const header = headerIn(frames[0]);
  return header && { channel: data.channel, header, parentHeader: headerIn(frames[1]), frames };
}

/** A client's request for an execution as it was sent. */
export function storedRequest({ frames }: Stored<'execution-requested'>): KernelMessage | null {
  const header = headerIn(frames[0]);
  return header && { channel: 'shell', header, parentHeader: headerIn(frames[1]), frames };
}

function headerIn(frame: Uint8Array | undefined): MessageHeader | null {
  try {
    return frame === undefined ? null : parseMessageHeader(frame);
  } catch {
    // Recorded as it came: what it says is then nobody's answer.
    return null;
  }
}
