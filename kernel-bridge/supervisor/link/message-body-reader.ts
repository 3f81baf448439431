import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import { readMessageBody } from '../../hosted/codec/message-body.ts';
import { parseMessageHeader } from '../../protocol/message-header.ts';
import type { KernelMessage, MessageHeader } from '../../protocol/message.ts';

/** Reads messages; their frames are views of the bytes given. */
export class MessageBodyReader {
  /** A flood of output answers one request: its parent_header need not be parsed for every message. */
  #lastParent: { readonly frame: Buffer; readonly header: MessageHeader | null } | null = null;

  /** @throws MalformedError for what is not whole; KernelError KERNEL_MESSAGE_INVALID for a header that is no JSON */
  read(body: Buffer): KernelMessage {
    const { channel, frames } = readMessageBody(body);
    const [headerFrame, parentFrame] = frames;
    const header = headerFrame && parseMessageHeader(headerFrame);
    if (!header || !parentFrame) throw new MalformedError('a message has no header');
    return { channel, header, parentHeader: this.#parseParent(parentFrame), frames };
  }

  #parseParent(frame: Buffer): MessageHeader | null {
    // A copy, because a view would keep all that it was read with.
    if (this.#lastParent === null || !this.#lastParent.frame.equals(frame))
      this.#lastParent = { frame: Buffer.from(frame), header: parseMessageHeader(frame) };
    return this.#lastParent.header;
  }
}
