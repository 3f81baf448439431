import type { EventLog } from '../../event-log/event-log.ts';
import { AgentApiError } from './agent-error.ts';
import { threadStream } from './agent-threads.ts';

const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** An image of a thread's event. @throws AgentApiError invalid_request where there is none */
export async function threadImage(
  log: EventLog,
  threadId: string,
  sequence: number,
  frame: number,
): Promise<{ readonly mediaType: string; readonly bytes: Buffer }> {
  if (Number.isSafeInteger(sequence) && sequence > 0) {
    for await (const event of log.read(threadStream(threadId), { after: sequence - 1, limit: 1 })) {
      const bytes = event.frames[frame];
      const mediaType = mediaTypeOf(event.data, frame);
      if (event.sequence === sequence && bytes !== undefined && mediaType !== null && SHOWN.has(mediaType))
        return { mediaType, bytes: Buffer.from(bytes) };
    }
  }
  throw new AgentApiError('invalid_request', 'There is no such image.', 'Read the conversation again.');
}

/** Of the part, anywhere in an event's data, that has its bytes in this frame. */
function mediaTypeOf(data: unknown, frame: number): string | null {
  if (data === null || typeof data !== 'object') return null;
  if ('mediaType' in data && 'frame' in data && data.frame === frame) return String(data.mediaType);
  for (const each of Object.values(data)) {
    const found = mediaTypeOf(each, frame);
    if (found !== null) return found;
  }
  return null;
}
