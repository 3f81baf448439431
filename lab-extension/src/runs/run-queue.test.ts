import { YNotebook, type YCodeCell } from '@jupyter/ydoc';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ILiveConnection, ILiveDocument } from '../tokens.ts';
import { RunQueue } from './run-queue.ts';
import { CELL_RUN_KEY } from './run-state.ts';
import type { Run, RunBatch, RunRequest, RunsClient } from './runs-client.ts';

const run = (id: string, cell: string, status: Run['status'] = 'queued'): Run => ({
  ...{ id, cell_id: cell, status, who: 'ada', started: null, ended: null },
});

/** A page with a notebook of two cells, and the server's side of it. */
function openPage() {
  const server = new YNotebook();
  for (const id of ['a', 'b']) server.insertCell(0, { cell_type: 'code', id, source: '1', metadata: {} });
  const page = new YNotebook();
  const sync = (): void => Y.applyUpdate(page.ydoc, Y.encodeStateAsUpdate(server.ydoc));
  sync();
  const requests: RunRequest[] = [];
  const answers: (RunBatch | Error)[] = [];
  let present: readonly Run[] = [];
  const document = {
    ...{ path: 'n.ipynb', sharedModel: page, ydoc: page.ydoc, acknowledged: () => Promise.resolve() },
    disposed: new Signal({}),
  } as unknown as ILiveDocument;
  const connection = {
    status: { kind: 'connected' },
    statusChanged: new Signal({}),
    retry: () => undefined,
  } as unknown as ILiveConnection;
  const client = {
    request(request: RunRequest) {
      requests.push(request);
      const answer = answers.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    batch: (requestId: string) => Promise.resolve({ request_id: requestId, runs: present }),
  } as unknown as RunsClient;
  const queue = new RunQueue({ document, connection, client });
  return {
    ...{ queue, requests, answers },
    ran: (...runs: Run[]) => (present = runs),
    show(cellId: string, runId: string | null) {
      const { ymodel } = server.cells.find(({ id }) => id === cellId) as YCodeCell;
      if (runId === null) ymodel.delete(CELL_RUN_KEY);
      else ymodel.set(CELL_RUN_KEY, { run_id: runId, status: 'running' });
      sync();
    },
  };
}
const ready = { kernel: () => Promise.resolve('k'), recordTiming: false };

it('asks for cells that are run in one go by one request, in their order', async () => {
  const page = openPage();
  page.answers.push({ request_id: 'r', runs: [run('1', 'a', 'done'), run('2', 'b', 'aborted')] });
  expect(await Promise.all([page.queue.run('a', ready), page.queue.run('b', ready)])).toEqual([true, true]);
  expect(page.requests).toMatchObject([{ path: 'n.ipynb', cells: ['a', 'b'], kernel: { id: 'k' } }]);
});

it('is done with a cell once the document shows its run no longer', async () => {
  const page = openPage();
  const runs = [run('1', 'a'), run('2', 'b')];
  page.ran(...runs);
  page.answers.push({ request_id: 'r', runs });
  const ended: string[] = [];
  const both = ['a', 'b'].map((id) => page.queue.run(id, ready).then(() => ended.push(id)));
  await new Promise((resolve) => setTimeout(resolve));
  page.show('a', '1');
  page.show('b', '2');
  page.show('b', null);
  await both[1];
  expect(ended).toEqual(['b']);
  page.show('a', null);
  await both[0];
});

it('asks the server about a run that the document never shows', async () => {
  const page = openPage();
  page.answers.push({ request_id: 'r', runs: [run('1', 'a')] });
  page.ran(run('1', 'a', 'cancelled'));
  expect(await page.queue.run('a', ready)).toBe(true);
});

it('runs nothing without a kernel, and goes on with what is run later', async () => {
  const page = openPage();
  expect(await page.queue.run('a', { ...ready, kernel: () => Promise.resolve(null) })).toBe(false);
  page.answers.push(new Error('refused'));
  await expect(page.queue.run('a', ready)).rejects.toThrow('refused');
  page.answers.push({ request_id: 'r', runs: [run('1', 'a', 'done')] });
  expect(await page.queue.run('a', ready)).toBe(true);
});

it('sends a request that got lost again, under the same id', async () => {
  const page = openPage();
  page.answers.push(new ServerConnection.NetworkError(new TypeError('lost')), {
    request_id: 'r',
    runs: [run('1', 'a', 'done')],
  });
  expect(await page.queue.run('a', ready)).toBe(true);
  const [first, second] = page.requests.map(({ request_id }) => request_id);
  expect(first).toBe(second);
});
