import type { StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { ClientProgress } from './client-progress.ts';
import { parseObject } from '../message-part.ts';
import type { KernelStream } from './kernel-stream.ts';
import { OutgoingMessage } from './outgoing-message.ts';
import type { ServerMessage } from './server-message.ts';
import { clearOutputMessage, inputEchoMessage } from './server-message.ts';
import { storedMessage } from './stored-message.ts';

type MessageEvent = Extract<StoredEvent, { type: 'kernel-message' }>;
type Parent = NonNullable<ServerMessage['parent']>;

/** What a page appends to a cell: a second time would be shown twice. */
const APPENDED: ReadonlySet<string> = new Set(['stream', 'display_data', 'execute_result', 'error']);
/** What makes the outputs of a cell what they are. */
const SHOWN: ReadonlySet<string> = new Set([...APPENDED, 'update_display_data', 'clear_output']);

/**
 * What a client that comes back is to be told before what it missed. Of what was sent last nobody knows whether it arrived,
 * and JupyterLab shows what comes again a second time. So the cells that it belongs to are cleared, and filled again with
 * all that they had: what follows then comes in its place, once. Nothing, where all that was sent is known to have arrived.
 */
export async function* shownAnew(
  stream: KernelStream,
  sessionId: string,
  { received, sent }: ClientProgress,
): AsyncIterable<OutgoingMessage> {
  const runs = await runsBetween(stream, sessionId, received, sent);
  if (runs.size === 0) return;
  for (const parent of runs.values()) yield stream.spoken(clearOutputMessage(parent));
  const prompts = new Map<string, { readonly message: OutgoingMessage; readonly parent: Parent }>();
  for await (const event of stream.read(await firstOf(stream, runs, received))) {
    if (event.sequence > received) break;
    if (event.type === 'execution-input-replied') {
      const prompt = prompts.get(event.data.promptMessageId ?? '');
      if (prompt === undefined) continue;
      prompts.delete(prompt.message.messageId);
      const { prompt: asked } = parseObject(prompt.message.frames[3]);
      yield stream.spoken(
        inputEchoMessage(typeof asked === 'string' ? asked : '', event.data.value, prompt.parent),
      );
    }
    const parent = event.type === 'kernel-message' ? runs.get(event.causedBy ?? '') : undefined;
    const message = parent === undefined ? null : OutgoingMessage.fromEvent(event);
    if (message === null || parent === undefined) continue;
    if (message.channel === 'iopub' && SHOWN.has(message.messageType)) yield message;
    if (message.channel === 'stdin') prompts.set(message.messageId, { message, parent });
  }
  // Those that are not answered.
  for (const { message } of prompts.values()) yield message;
}

/** The session's runs of which something visible was said there, with what answers to them name as their parent. */
async function runsBetween(
  stream: KernelStream,
  sessionId: string,
  after: number,
  through: number,
): Promise<Map<string, Parent>> {
  const runs = new Map<string, Parent>();
  if (after >= through) return runs;
  for await (const event of stream.read(after)) {
    if (event.sequence > through) break;
    if (event.type !== 'kernel-message' || event.causedBy === null || runs.has(event.causedBy)) continue;
    if (event.data.parentSession !== sessionId || !isAppended(event)) continue;
    const message: KernelMessage | null = storedMessage(event);
    if (message?.parentHeader)
      runs.set(event.causedBy, {
        header: message.parentHeader,
        frame: message.frames[1] ?? new Uint8Array(),
      });
  }
  return runs;
}

function isAppended({ data }: MessageEvent): boolean {
  return data.channel === 'stdin' || (data.channel === 'iopub' && APPENDED.has(data.messageType));
}

/** Read backwards at once. */
const CHUNK_EVENTS = 500;

/** The sequence behind which all that was said of these runs lies: their requests are found backwards. */
async function firstOf(
  stream: KernelStream,
  runs: ReadonlyMap<string, Parent>,
  through: number,
): Promise<number> {
  const missing = new Set(runs.keys());
  let after = through;
  while (after > 0 && missing.size > 0) {
    const end = after;
    after = Math.max(0, after - CHUNK_EVENTS);
    for await (const event of stream.read(after)) {
      if (event.sequence > end) break;
      if (event.type === 'execution-requested') missing.delete(event.data.messageId);
    }
  }
  return after;
}
