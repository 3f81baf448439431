import { join } from 'node:path';
import type { Durability } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import { LevelEventLog } from '../../event-log/level-event-log.ts';
import { CommandError } from './command-error.ts';

export const eventLogDirectory = (stateDirectory: string): string => join(stateDirectory, 'events');

/**
 * Opens the event log of a state directory; null if another process has it open.
 * @throws CommandError where it cannot be opened at all
 */
export async function openEventLog(
  stateDirectory: string,
  durability?: Durability,
): Promise<LevelEventLog | null> {
  try {
    return await LevelEventLog.open(eventLogDirectory(stateDirectory), durability);
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    if (error.code === 'EVENT_LOG_LOCKED') return null;
    throw new CommandError(
      `The event log in ${eventLogDirectory(stateDirectory)} cannot be opened: ${error.message}. ` +
        'See that its disk has room and its owner is you; `in-the-loop doctor` looks closer. With --state FOLDER the server ' +
        'starts a log of its own elsewhere, and this one stays as it is.',
      1,
      { cause: error },
    );
  }
}
