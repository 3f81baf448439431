import type { NewEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { markOutput } from './mark-output.ts';
import { parseObject } from '../message-part.ts';
import type { RanOn } from './ran-on.ts';
import { RAN_ON_KEY } from './ran-on.ts';

type Said = Extract<NewEvent, { type: 'kernel-message' }>;

/** Their content's metadata are kept in the notebook's file. */
const SHOWN: ReadonlySet<string> = new Set(['display_data', 'execute_result', 'update_display_data']);
/** Once an execution: what is recorded of it is read from there. */
const OF_EXECUTION: ReadonlySet<string> = new Set(['execute_input', 'execute_reply']);
/** Widgets speak with their page by these, on a way that leads to the notebook's own kernel. */
const COMMS: ReadonlySet<string> = new Set(['comm_open', 'comm_msg', 'comm_close']);

export type Relayed =
  | { readonly kind: 'message'; readonly message: KernelMessage }
  /** A widget, which nobody connects. */
  | { readonly kind: 'widget' }
  | { readonly kind: 'none' };

/**
 * What a kernel said of a cell, as the notebook's own kernel says it: with the cell's parent as it came, and its own id.
 * @param as.session of the requests that are relayed: others ask that kernel too, and hear it by themselves
 * @param as.kernelSession of the notebook's own kernel
 */
export function relayedMessage(
  { data, frames }: Said,
  as: { readonly session: string; readonly kernelSession: string; readonly ranOn: RanOn },
): Relayed {
  const { channel, messageId, messageType, parentSession, parentType } = data;
  if (parentSession !== as.session || parentType !== 'execute_request') return { kind: 'none' };
  if (COMMS.has(messageType)) return { kind: messageType === 'comm_open' ? 'widget' : 'none' };
  const [own, parent = Buffer.from('{}'), metadata = Buffer.from('{}'), content, ...buffers] = frames;
  const header = {
    ...parseObject(own),
    msg_id: messageId,
    msg_type: messageType,
    session: as.kernelSession,
  };
  const said = content ?? Buffer.from('{}');
  const message = {
    channel,
    header,
    parentHeader: headerIn(parent),
    frames: [
      Buffer.from(JSON.stringify(header)),
      parent,
      OF_EXECUTION.has(messageType)
        ? Buffer.from(JSON.stringify({ ...parseObject(metadata), [RAN_ON_KEY]: as.ranOn }))
        : metadata,
      SHOWN.has(messageType) ? markOutput(said, RAN_ON_KEY, as.ranOn) : said,
      ...buffers,
    ],
  };
  return { kind: 'message', message };
}

export function headerIn(frame: Uint8Array): KernelMessage['parentHeader'] {
  const { msg_id: id, msg_type: type, session } = parseObject(frame);
  if (typeof id !== 'string') return null;
  return { msg_id: id, msg_type: String(type), session: typeof session === 'string' ? session : '' };
}
