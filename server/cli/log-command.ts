import { existsSync } from 'node:fs';
import { answerLines } from '../stream-lines.ts';
import type { LogQuestion } from '../stream-lines.ts';
import { CommandError } from './command-error.ts';
import { askRunningServer } from './control-client.ts';
import { eventLogDirectory, openEventLog } from './open-event-log.ts';
import { readRunningServer } from './running-server.ts';

/**
 * The lines that `in-the-loop log` prints: asked of the running server, where one has the log open, else read from the
 * directory. Following a log that no server writes to ends with what there is.
 * @throws CommandError
 */
export async function* logLines(stateDirectory: string, question: LogQuestion): AsyncIterable<string> {
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
    const past: LogQuestion = question.ask === 'events' ? { ...question, follow: false } : question;
    yield* answerLines(log, past, new AbortController().signal);
  } finally {
    await log.close();
  }
}
