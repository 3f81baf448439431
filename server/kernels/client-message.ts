import type { Channel, KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { parseMessageHeader } from '../../kernel-bridge/protocol/message-header.ts';
import { MalformedFrameError } from '../../kernel-bridge/protocol/malformed-frame-error.ts';
import type { ClientFrame } from '../../kernel-bridge/protocol/websocket-frame.ts';

const CHANNELS: ReadonlySet<string> = new Set<Channel>(['shell', 'control', 'stdin']);

/**
 * A client's message as the kernel gets it, its bytes untouched. Who names no channel means shell.
 * @returns what is wrong with it, where it can be taken apart but is for nobody (Jupyter ignores it)
 * @throws MalformedFrameError if its headers are no JSON objects
 */
export function readClientMessage({ channel, frames }: ClientFrame): KernelMessage | string {
  const name = channel ?? 'shell';
  if (!CHANNELS.has(name)) return `nothing can be sent on a channel ${JSON.stringify(name.slice(0, 50))}`;
  const [headerFrame, parentFrame] = frames;
  if (headerFrame === undefined || parentFrame === undefined) return 'it has no header';
  const header = parse(headerFrame);
  if (header === null || header.msg_type === '') return 'its header names no msg_type';
  return { channel: name as Channel, header, parentHeader: parse(parentFrame), frames };
}

function parse(frame: Buffer): ReturnType<typeof parseMessageHeader> {
  try {
    return parseMessageHeader(frame);
  } catch (error) {
    throw new MalformedFrameError('a header is not a JSON object', { cause: error });
  }
}
