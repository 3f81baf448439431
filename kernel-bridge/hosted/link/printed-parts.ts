import type { HostedMessage } from '../hosted-message.ts';
import { readHeader, seemsOf } from './message-header.ts';
import { readPrinted } from './read-printed.ts';

/** In characters. */
const PART = 1024 * 1024;

/**
 * A `stream` message of more than 2 Mi characters goes on as several of about one: the same text in the same order, cut at
 * ends of lines where there are any; the first has the message's id, the others have that with a number (W6 of
 * kernel-bridge/SPEC.md). Any other message stays as it is.
 */
export function printedParts(message: HostedMessage): readonly HostedMessage[] {
  const { channel, header, content, buffers } = message;
  if (content.length <= 2 * PART || channel !== 'iopub' || buffers.length > 0 || !seemsOf(header, 'stream'))
    return [message];
  const printed = readPrinted(content);
  const id = readHeader(header)?.msg_id;
  if (printed === null || id === undefined) return [message];
  const { name, text } = printed;
  return textsOf(text).map((part, index) => ({
    ...message,
    header:
      index === 0 ? header : header.replace(JSON.stringify(id), () => JSON.stringify(`${id}.${index + 1}`)),
    content: JSON.stringify({ name, text: part }),
  }));
}

function textsOf(text: string): string[] {
  const texts: string[] = [];
  let start = 0;
  while (text.length - start > PART) {
    const limit = start + PART;
    const line = text.lastIndexOf('\n', limit - 1) + 1;
    // No character of two halves is cut.
    const half = text.charCodeAt(limit) >= 0xdc00 && text.charCodeAt(limit) <= 0xdfff ? 1 : 0;
    const cut = line > start + PART / 2 ? line : limit - half;
    texts.push(text.slice(start, cut));
    start = cut;
  }
  texts.push(text.slice(start));
  return texts;
}
