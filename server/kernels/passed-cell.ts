import type { CellAtTurn } from './answered-cell.ts';
import { failedEnd, GONE, interruptedEnd, asParent, tellEnd, tellInput } from './answered-cell.ts';
import type { CellEnd } from './cell-answerer.ts';
import type { CellsInTurnOptions } from './cells-in-turn.ts';
import type { CellForAnother, Destination, RunElsewhere } from './elsewhere.ts';
import { parseObject } from '../message-part.ts';
import { statusMessage } from './server-message.ts';

/**
 * Another kernel runs a cell, and what it says is said again in the cell (`KernelStream.relay`), with its reply and its
 * states; only what ends it otherwise is said here.
 * @param begun is given the run once that kernel has the cell
 * @returns whether it failed in a way that the relayed reply does not tell
 */
export async function passCell(
  options: CellsInTurnOptions,
  cell: CellAtTurn,
  begun: (run: RunElsewhere) => void,
): Promise<boolean> {
  const { message, actor, signal } = cell;
  const { conversation, kernelId } = options;
  conversation.executions.begin(message);
  options.sayState(statusMessage('busy', asParent(message)));
  const destination = await destinationOf(options, { kernelId, request: message, actor, signal });
  // Where the one before it was sent is not known any more, or nobody cares.
  if (signal.reason === GONE) return false;
  switch (destination.kind) {
    case 'own':
      conversation.executions.refused(message.header.msg_id);
      options.hand({ ...cell, message: destination.request });
      return false;
    case 'done':
      options.sayState(statusMessage('idle', asParent(message)));
      conversation.executions.refused(message.header.msg_id);
      return false;
    case 'failed':
      return tellFailure(options, cell, destination.end, true);
    case 'elsewhere': {
      begun(destination);
      const end = await destination.over;
      return end === null ? false : tellFailure(options, cell, end, false);
    }
  }
}

async function destinationOf(options: CellsInTurnOptions, cell: CellForAnother): Promise<Destination> {
  const { answerer } = options;
  const { signal } = cell;
  const { promise: aborted, resolve } = Promise.withResolvers<Destination>();
  const interrupted = (): void => resolve({ kind: 'failed', end: interruptedEnd('it had not begun') });
  signal.addEventListener('abort', interrupted, { once: true });
  try {
    const found = answerer?.elsewhere?.destinationOf(cell) ?? aborted;
    return await Promise.race([found, aborted]);
  } catch (error) {
    return { kind: 'failed', end: failedEnd(options, error) };
  } finally {
    signal.removeEventListener('abort', interrupted);
  }
}

function tellFailure(
  options: CellsInTurnOptions,
  cell: CellAtTurn,
  end: CellEnd,
  saysInput: boolean,
): boolean {
  const { message, signal } = cell;
  const parent = asParent(message);
  if (saysInput && signal.reason !== GONE)
    tellInput(
      (said) => options.say({ ...said, parent }),
      String(parseObject(message.frames[3])['code']),
      options.conversation.nextCount,
    );
  return tellEnd(options, { message, signal, end });
}
