import { randomUUID } from 'node:crypto';
import type { Channel, KernelMessage, MessageHeader } from '../../kernel-bridge/protocol/message.ts';

export interface Speech {
  readonly channel?: Channel;
  readonly type?: string;
  readonly content?: object;
  /** What it answers. */
  readonly parent?: KernelMessage | null;
  readonly session?: string;
  readonly metadata?: object;
  readonly buffers?: readonly Uint8Array[];
}

/** A Jupyter message made of its parts; a line on standard output unless it is told otherwise. */
export function spokenMessage(speech: Speech = {}): KernelMessage {
  const { channel = 'iopub', type = 'stream', parent = null, buffers = [] } = speech;
  const { content = { name: 'stdout', text: 'text\n' }, session = 'kernel', metadata = {} } = speech;
  const header: MessageHeader = { msg_id: randomUUID(), msg_type: type, session };
  const jsons = [header, parent?.header ?? {}, metadata, content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return { channel, header, parentHeader: parent?.header ?? null, frames: [...jsons, ...buffers] };
}

/** A request as a client sends it. */
export function executeRequest(session: string, code = '1', metadata: object = {}): KernelMessage {
  const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true };
  return spokenMessage({ channel: 'shell', type: 'execute_request', session, content, metadata });
}
