import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Environment } from '../environment-options.ts';
import type { Options } from '../options.ts';
import { pathInRoot } from '../path-in-root.ts';
import { rootDirectoryOf } from '../serve-settings.ts';
import { followBatch } from './follow-batch.ts';
import type { Progress } from './progress.ts';
import { plainProgress, terminalProgress } from './progress.ts';
import type { ClientBatch } from './runs-client.ts';
import { ServerOfRun } from './server-of-run.ts';

export interface RunNotebook {
  readonly file: string;
  /** Of a kernelspec; null for the notebook's own. */
  readonly kernel: string | null;
  readonly stopsOnError: boolean;
}

/**
 * `in-the-loop run FILE`: runs a notebook to its end through the server of its folder, which is started for it where none
 * runs. The exit code: 0 if all cells were run and none failed that may not, else 1.
 * @throws CommandError
 */
export async function runNotebook(
  options: Options,
  environment: Environment,
  asked: RunNotebook,
): Promise<number> {
  const root = rootDirectoryOf(options);
  const path = pathInRoot(root, asked.file);
  if (!existsSync(join(root, path))) throw new CommandError(`There is no notebook ${asked.file}.`);
  const server = await ServerOfRun.find(options, root, environment);
  const progress = process.stderr.isTTY
    ? terminalProgress(process.stderr)
    : plainProgress((text) => process.stderr.write(text));
  const had = await server.client.session(path);
  let hasLeft = false;
  try {
    const batch = await runThrough(server, path, asked, progress);
    hasLeft = batch === null;
    if (batch === null) {
      progress.say(leftText(server.ownAddress));
      return 1;
    }
    // A kernel that was begun for this ends with it.
    const begun = had === null && server.ownAddress === null ? await server.client.session(path) : null;
    if (begun !== null) await server.client.endSession(begun);
    return outcomeOf(batch, path, progress);
  } finally {
    if (hasLeft) server.leave();
    else await server.end();
  }
}

/** @returns null where the person has left while it goes on */
async function runThrough(
  server: ServerOfRun,
  path: string,
  asked: RunNotebook,
  progress: Progress,
): Promise<ClientBatch | null> {
  const left = new AbortController();
  const requestId = randomUUID();
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1) {
      left.abort();
      return;
    }
    progress.say('Cancelling; Ctrl-C again leaves it running.');
    server.client
      .cancel(requestId)
      .catch((error: unknown) => progress.say(`It could not be cancelled: ${String(error)}`));
  };
  process.on('SIGINT', onInterrupt);
  try {
    const { request_id: id } = await server.client.start({
      path,
      request_id: requestId,
      stop_on_error: asked.stopsOnError,
      ...(asked.kernel !== null && { kernel: { name: asked.kernel } }),
    });
    return await followBatch(server, id, progress, left.signal);
  } catch (error) {
    if (left.signal.aborted) return null;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
    progress.done();
  }
}

function outcomeOf({ runs, reason, outcome }: ClientBatch, path: string, progress: Progress): number {
  const done = runs.filter(({ status }) => status === 'done').length;
  progress.say(`${path}: ${done} of ${runs.length} cells done.${reason === null ? '' : ` ${reason}`}`);
  const unwritten = runs.filter(({ is_in_file: isInFile }) => !isInFile).length;
  if (unwritten > 0)
    progress.say(`The outputs of ${unwritten} cells are not in the file yet; the server keeps them.`);
  return outcome === 'ok' ? 0 : 1;
}

function leftText(ownAddress: string | null): string {
  return ownAddress === null
    ? 'It goes on in the running server, and its outputs come into the notebook.'
    : `It goes on in a server that was started for it, at ${ownAddress}, and its outputs come into the notebook.`;
}
