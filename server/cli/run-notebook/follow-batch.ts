import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './progress.ts';
import { lastLine } from './progress.ts';
import type { ClientBatch, ClientRun, RunsClient } from './runs-client.ts';
import { ServerGoneError } from './runs-client.ts';
import type { ServerOfRun } from './server-of-run.ts';

/** In milliseconds: how often the server is asked how far it is. */
const ASKED_EACH = 200;
/** In milliseconds: how long outputs may take into the file once all is over. */
const WRITING = 15_000;

/**
 * Shows how a batch goes on until it is over, and its outputs are in the notebook's file.
 * @param signal left: what goes on is not followed any more
 */
export async function followBatch(
  server: ServerOfRun,
  requestId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<ClientBatch> {
  const told = new Set<string>();
  for (;;) {
    try {
      return await follow(server.client, requestId, { progress, told, signal });
    } catch (error) {
      if (!(error instanceof ServerGoneError)) throw error;
      progress.say('The server does not answer. What it was asked goes on when it is back.');
      await server.comeBack(signal);
    }
  }
}

async function follow(
  client: RunsClient,
  requestId: string,
  { progress, told, signal }: { progress: Progress; told: Set<string>; signal: AbortSignal },
): Promise<ClientBatch> {
  for (;;) {
    const batch = await client.batch(requestId);
    const running = batch.runs.find(({ status }) => status === 'running');
    progress.show(batch, running === undefined ? '' : lastLine(await client.tail(running.id, 'stdout')));
    for (const run of batch.runs) await tellOf(run, { client, progress, told });
    if (batch.is_over) return written(client, batch, signal);
    await delay(ASKED_EACH, undefined, { signal });
  }
}

async function tellOf(
  run: ClientRun,
  { client, progress, told }: { client: RunsClient; progress: Progress; told: Set<string> },
): Promise<void> {
  if (run.prompt !== null && !told.has(`${run.id} prompt`)) {
    told.add(`${run.id} prompt`);
    progress.say(
      `Cell ${run.cell_id} waits for input (${JSON.stringify(run.prompt.prompt)}). Answer it by POST /api/in-the-loop/v1/runs/${run.id}/input.`,
    );
  }
  if (run.status !== 'failed' || told.has(run.id)) return;
  told.add(run.id);
  progress.say(`Cell ${run.cell_id} failed:\n${await client.error(run.id)}`);
}

async function written(client: RunsClient, over: ClientBatch, signal: AbortSignal): Promise<ClientBatch> {
  const deadline = Date.now() + WRITING;
  let batch = over;
  while (batch.runs.some(({ is_in_file: isInFile }) => !isInFile) && Date.now() < deadline) {
    await delay(ASKED_EACH, undefined, { signal });
    batch = await client.batch(batch.request_id);
  }
  return batch;
}
