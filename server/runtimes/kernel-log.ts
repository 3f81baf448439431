import { open } from 'node:fs/promises';
import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import type { StoredEvent } from '../../event-log/event.ts';

const TAIL_BYTES = 64 * 1024;
/** Of a kernel's stream, which may be long. */
const LAST_EVENTS = 2000;

/** The last of what a kernel's process wrote to its standard output and error; empty where there is none. */
export async function outputTail(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, TAIL_BYTES)), 0, null, from);
    const text = buffer.toString('utf8', 0, bytesRead);
    // What is cut off begins in the middle of a line.
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}

/** What became of a kernel lately, and what its place said, a line each with its time. */
export async function kernelNews(log: EventLog, kernelId: string): Promise<string> {
  const stream = `kernel/${kernelId}`;
  const last = await log.lastSequence(stream);
  const lines: string[] = [];
  try {
    for await (const event of log.read(stream, { after: Math.max(0, last - LAST_EVENTS) })) {
      const words = wordsOf(event);
      if (words !== null) lines.push(`[${new Date(event.time).toISOString()}] ${words}\n`);
    }
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    lines.push('[what comes behind this cannot be read]\n');
  }
  return lines.join('');
}

function wordsOf({ type, data, actor }: StoredEvent): string | null {
  if (type === 'kernel-started') return `The kernel ${data.specName} was started by ${actor}.`;
  if (type === 'kernel-waiting') return data.text ?? 'It does not wait any more.';
  if (type === 'kernel-warned' || type === 'kernel-limit-reached') return data.text;
  if (type === 'kernel-reattached')
    return `Nothing was heard of it from ${data.silentFrom} to ${data.silentUntil}. ${data.why ?? ''}`.trim();
  if (type === 'kernel-died') return data.reason;
  if (type === 'kernel-restarted') return `It was started anew (${data.reason}).`;
  if (type === 'kernel-interrupted') return `It was interrupted by ${actor}.`;
  return type === 'kernel-adopted' ? 'Another server took it over.' : null;
}
