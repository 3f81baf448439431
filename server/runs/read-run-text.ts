import type { EventLog } from '../../event-log/event-log.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import { printedPieces } from './printed-pieces.ts';
import { markBefore, type RunText } from './run-text.ts';

/** A run's text that lies in its kernel's stream. */
export interface LoggedText {
  readonly kernelId: string;
  readonly runId: string;
  readonly name: string;
  readonly text: RunText;
}

/** The log no longer has all of the text. */
export class RunTextGoneError extends Error {
  override readonly name = 'RunTextGoneError';
}

const PIECE_BYTES = 128 * 1024;

/**
 * Bytes of what a run printed under a name, in UTF-8, from `start` up to `end`: a piece at a time, read from the log when
 * it is asked for.
 * @param end at most the text's length
 * @throws RunTextGoneError; EventLogError
 */
export async function* readRunText(
  log: EventLog,
  { kernelId, runId, name, text }: LoggedText,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  const mark = markBefore(text, start);
  if (mark === undefined || start >= end) return;
  let sequence = mark.sequence - 1;
  let position = mark.bytesBefore;
  let pieces: Buffer[] = [];
  let gathered = 0;
  for await (const event of log.read(`kernel/${kernelId}`, { after: sequence })) {
    // A stream goes on behind what was trimmed as if nothing had been there.
    if (event.sequence !== ++sequence) break;
    for (const printed of printedBy(event, runId, name)) {
      const bytes = Buffer.from(printed);
      const wanted = bytes.subarray(Math.max(0, start - position), Math.max(0, end - position));
      position += bytes.length;
      if (wanted.length > 0) pieces.push(wanted);
      gathered += wanted.length;
      if (gathered < PIECE_BYTES && position < end) continue;
      yield* inParts(pieces);
      if (position >= end) return;
      pieces = [];
      gathered = 0;
    }
  }
  throw new RunTextGoneError(`The log of kernel ${kernelId} no longer has all that run ${runId} printed.`);
}

function* printedBy(event: StoredEvent, runId: string, name: string): Generator<string, void, undefined> {
  if (event.type !== 'kernel-message' || event.data.messageType !== 'stream' || event.causedBy !== runId)
    return;
  for (const printed of printedPieces(event.frames[3])) if (printed.name === name) yield printed.text;
}

/** Together where they are small, so that each write is worth one; a large message in parts, for a slow reader. */
function* inParts(pieces: readonly Buffer[]): Generator<Buffer, void, undefined> {
  const [only] = pieces;
  const all = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  for (let start = 0; start < all.length; start += PIECE_BYTES)
    yield all.subarray(start, start + PIECE_BYTES);
}
