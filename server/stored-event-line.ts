import type { StoredEvent } from '../event-log/event.ts';

const MESSAGE_PARTS = ['header', 'parent_header', 'metadata', 'content'] as const;

/**
 * A stored event as one line of JSON: a Jupyter message's parts as the JSON that they are, byte for byte (a number
 * beyond JavaScript's range stays what it was), its buffers as their lengths.
 */
export function storedEventLine(event: StoredEvent): string {
  const { stream, sequence, time, type, version, actor, causedBy, data, frames } = event;
  const envelope = JSON.stringify({
    stream,
    sequence,
    time: new Date(time).toISOString(),
    type,
    version,
    actor,
    causedBy,
    data,
  });
  if (frames.length === 0) return envelope;
  const parts = MESSAGE_PARTS.slice(0, frames.length).map(
    (name, position) => `"${name}":${jsonOf(frames[position] ?? new Uint8Array())}`,
  );
  const buffers = frames.slice(MESSAGE_PARTS.length).map((frame) => frame.byteLength);
  return `${envelope.slice(0, -1)},"message":{${parts.join(',')}},"buffers":${JSON.stringify(buffers)}}`;
}

/** Python's json writes NaN, which is not JSON: such a part is shown as a text. */
function jsonOf(frame: Uint8Array): string {
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('utf8');
  try {
    JSON.parse(text);
    // Line ends can only be between the tokens of valid JSON.
    return text.replace(/[\r\n]+/g, ' ').trim();
  } catch {
    return JSON.stringify(text);
  }
}
