import { answerLines } from '../stream-lines.ts';
import type { LogQuestion } from '../stream-lines.ts';
import { askOrOpen } from './ask-or-open.ts';

/**
 * The lines that `in-the-loop log` prints. Following a log that no server writes to ends with what there is.
 * @throws CommandError
 */
export function logLines(stateDirectory: string, question: LogQuestion): AsyncIterable<string> {
  const past: LogQuestion = question.ask === 'events' ? { ...question, follow: false } : question;
  return askOrOpen(stateDirectory, question, (log) => answerLines(log, past, new AbortController().signal));
}
