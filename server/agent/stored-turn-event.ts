import type { ContentPart, UserMessage } from '../../ai-agent/message.ts';
import type { TurnEvent } from '../../ai-agent/turn-event.ts';
import type { NewEvent, StoredEvent } from '../../event-log/event.ts';
import type { AgentTurnEvent } from '../../event-log/events/agent-turn.ts';

/** A turn's event as the log keeps it: images become frames, the rest is the same. */
export function storedTurnEvent(event: TurnEvent, actor: string): NewEvent {
  const frames: Uint8Array[] = [];
  const { type, ...data } = event;
  const stored = { type, version: 1, data: withoutImages(data, frames) } as AgentTurnEvent;
  return { ...stored, actor, causedBy: null, frames };
}

/** What a thread's stream consists of. */
export type StoredTurnEvent = StoredEvent & AgentTurnEvent;

/** Null for what is no event of a turn's loop. */
export function turnEventOf(stored: StoredTurnEvent): TurnEvent | null {
  switch (stored.type) {
    case 'turn-started': {
      const { question, context } = stored.data;
      return {
        ...stored.data,
        type: stored.type,
        question: withImages(question, stored.frames),
        context: context && withImages(context, stored.frames),
      };
    }
    case 'tool-ended': {
      const { result } = stored.data;
      const content = result.content.map((part) => withImage(part, stored.frames));
      return { ...stored.data, type: stored.type, result: { ...result, content } };
    }
    case 'approval-requested':
    case 'model-failed':
    case 'turn-ended':
    case 'model-asked':
    case 'text-streamed':
    case 'model-answered':
    case 'approval-given':
    case 'tool-started':
      // Codes and kinds are ours, written by a turn's loop: their types are wider in the log, where newer versions may add some.
      return { type: stored.type, ...stored.data } as TurnEvent;
    case 'turn-reverted':
      return null;
  }
}

type StoredPart =
  | Exclude<ContentPart, { type: 'image' }>
  | {
      readonly type: 'image';
      readonly mediaType: string;
      readonly description: string;
      readonly frame: number;
    };

function withImages(
  message: { readonly role: 'user'; readonly content: readonly StoredPart[] },
  frames: readonly Uint8Array[],
): UserMessage {
  return { role: 'user', content: message.content.map((part) => withImage(part, frames)) };
}

function withImage(part: StoredPart, frames: readonly Uint8Array[]): ContentPart {
  if (part.type === 'text') return part;
  const { mediaType, description, frame } = part;
  const bytes = Buffer.from(frames[frame] ?? new Uint8Array());
  return { type: 'image', mediaType, description, data: bytes.toString('base64') };
}

/** The same JSON with images' data in `frames` instead. */
function withoutImages(json: unknown, frames: Uint8Array[]): unknown {
  if (Array.isArray(json)) return json.map((each) => withoutImages(each, frames));
  if (json === null || typeof json !== 'object') return json;
  if (isImage(json)) {
    const { data, ...rest } = json;
    return { ...rest, frame: frames.push(Buffer.from(data, 'base64')) - 1 };
  }
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, withoutImages(value, frames)]));
}

function isImage(json: object): json is ContentPart & { readonly type: 'image' } {
  return 'type' in json && json.type === 'image' && 'mediaType' in json && 'data' in json;
}
