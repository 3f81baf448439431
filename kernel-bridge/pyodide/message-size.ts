import type { HostedMessage } from '../hosted/hosted-message.ts';

/** The bytes that a message takes, roughly. */
export function sizeOf({ header, parentHeader, metadata, content, buffers }: HostedMessage): number {
  const text = header.length + parentHeader.length + metadata.length + content.length;
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, text);
}
