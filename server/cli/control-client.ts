import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { LogQuestion } from '../stream-lines.ts';
import type { VersionQuestion } from '../versions/version-lines.ts';
import { CommandError } from './command-error.ts';

const lastLineSchema = z.union([z.object({ end: z.literal(true) }), z.object({ error: z.string() })]);

/**
 * The running server's answer, as JSON lines.
 * @throws CommandError where it cannot be reached, or says that it failed
 */
export async function* askRunningServer(
  controlSocket: string,
  question: LogQuestion | VersionQuestion | { readonly ask: 'stop' },
): AsyncIterable<string> {
  const socket = connect(controlSocket);
  try {
    socket.write(`${JSON.stringify(question)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const last = lastLineSchema.safeParse(JSON.parse(line));
      if (!last.success) yield line;
      else if ('error' in last.data)
        throw new CommandError(`The running server could not answer: ${last.data.error}.`);
      else return;
    }
    // What is followed ends with the server.
    if (question.ask === 'events' && question.follow) return;
    throw new CommandError('The running server ended before it had answered. Try again.');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `The running server does not answer on ${controlSocket} (${(error as Error).message}). It may be stopping: try again.`,
      1,
      { cause: error },
    );
  } finally {
    socket.destroy();
  }
}
