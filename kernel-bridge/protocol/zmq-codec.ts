import { KernelError } from '../kernel.ts';
import { parseMessageHeader } from './message-header.ts';
import type { MessageSigner } from './message-signer.ts';
import type { Channel, KernelMessage, MessageHeader } from './message.ts';

const DELIMITER = Buffer.from('<IDS|MSG>');

/** KernelMessage <-> parts of a ZeroMQ message: `[ids…] <IDS|MSG> hmac header parent metadata content buffers…`. */
export class ZmqCodec {
  readonly #signer: MessageSigner;
  /** A flood of output answers one request: its parent_header need not be parsed for every message. */
  #lastParent: { readonly frame: Uint8Array; readonly header: MessageHeader | null } | null = null;

  constructor(signer: MessageSigner) {
    this.#signer = signer;
  }

  encode(message: KernelMessage): (Uint8Array | string)[] {
    if (message.frames.length < 4)
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'a message has fewer than four JSON frames');
    return [DELIMITER, this.#signer.sign(message.frames), ...message.frames];
  }

  /** @throws KernelError KERNEL_MESSAGE_INVALID: no delimiter, too few parts, wrong signature, unreadable header */
  decode(channel: Channel, parts: readonly Uint8Array[]): KernelMessage {
    const delimiter = parts.findIndex((part) => DELIMITER.equals(part));
    const signature = parts[delimiter + 1];
    const frames = parts.slice(delimiter + 2);
    const [headerFrame, parentFrame] = frames;
    if (delimiter < 0 || !signature || !headerFrame || !parentFrame || frames.length < 4)
      throw new KernelError(
        'KERNEL_MESSAGE_INVALID',
        `a message on ${channel} is not framed as Jupyter does`,
      );
    if (!this.#signer.verify(signature, frames))
      throw new KernelError('KERNEL_MESSAGE_INVALID', `a message on ${channel} has a wrong signature`);
    const header = parseMessageHeader(headerFrame);
    if (header === null)
      throw new KernelError('KERNEL_MESSAGE_INVALID', `a message on ${channel} has an empty header`);
    return { channel, header, parentHeader: this.#parseParent(parentFrame), frames };
  }

  #parseParent(frame: Uint8Array): MessageHeader | null {
    if (this.#lastParent === null || Buffer.compare(this.#lastParent.frame, frame) !== 0)
      this.#lastParent = { frame, header: parseMessageHeader(frame) };
    return this.#lastParent.header;
  }
}
