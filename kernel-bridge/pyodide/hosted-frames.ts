import type { HostedMessage } from '../hosted/hosted-message.ts';
import type { MessageSigner } from '../protocol/message-signer.ts';

const DELIMITER = '<IDS|MSG>';
type Parts = (Uint8Array | string)[];

/** What a ZeroMQ message holds behind its identities. */
export function partsOf(message: HostedMessage, signer: MessageSigner): Parts {
  const { header, parentHeader, metadata, content, buffers } = message;
  const frames = [header, parentHeader, metadata, content].map((text) => Buffer.from(text));
  return [DELIMITER, signer.sign(frames), ...frames, ...buffers];
}

/** @returns null for what is not framed as Jupyter does, or has a wrong signature */
export function messageOf(
  channel: HostedMessage['channel'],
  parts: readonly Buffer[],
  signer: MessageSigner,
): { readonly identities: readonly Buffer[]; readonly message: HostedMessage } | null {
  const delimiter = parts.findIndex((part) => part.equals(Buffer.from(DELIMITER)));
  const signature = parts[delimiter + 1];
  const frames = parts.slice(delimiter + 2);
  if (delimiter < 0 || signature === undefined || frames.length < 4) return null;
  if (!signer.verify(signature, frames)) return null;
  const [header = '', parentHeader = '', metadata = '', content = ''] = frames
    .slice(0, 4)
    .map((frame) => frame.toString());
  // Copies: a message of ZeroMQ's shares the memory of others.
  const buffers = frames.slice(4).map((frame) => new Uint8Array(frame));
  return {
    identities: parts.slice(0, delimiter),
    message: { channel, header, parentHeader, metadata, content, buffers },
  };
}
