import { existsSync } from 'node:fs';
import type { EventLog } from '../../event-log/event-log.ts';
import type { LogQuestion } from '../stream-lines.ts';
import type { VersionQuestion } from '../versions/version-lines.ts';
import { CommandError } from './command-error.ts';
import { askRunningServer } from './control-client.ts';
import { eventLogDirectory, openEventLog } from './open-event-log.ts';
import { readRunningServer } from './running-server.ts';

/**
 * The answer to a question, as JSON lines: of the running server, where one has the log open, else from the log itself.
 * @throws CommandError
 */
export async function* askOrOpen(
  stateDirectory: string,
  question: LogQuestion | VersionQuestion,
  answerFrom: (log: EventLog) => AsyncIterable<string>,
): AsyncIterable<string> {
  const running = readRunningServer(stateDirectory);
  if (running?.controlSocket) {
    yield* askRunningServer(running.controlSocket, question);
    return;
  }
  if (!existsSync(eventLogDirectory(stateDirectory))) {
    throw new CommandError(
      `There is no event log in ${stateDirectory}: no server has run on this folder yet. Name another folder by --root, or ` +
        'its state folder by --state.',
    );
  }
  const log = await openEventLog(stateDirectory);
  if (log === null) {
    throw new CommandError(
      `Another process has the event log in ${stateDirectory} open, and does not answer questions: a server that is ` +
        'starting or stopping. Try again in a moment.',
    );
  }
  try {
    yield* answerFrom(log);
  } finally {
    await log.close();
  }
}
