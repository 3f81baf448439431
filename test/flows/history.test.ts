import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';

const HISTORY = '/api/in-the-loop/v1/history';

let server: JupyterServerProcess;
beforeEach(async () => {
  server = await startOurServer();
});
afterEach(() => server.close());

const cell = (id: string, source: string) => ({
  ...{ cell_type: 'code', id, source, metadata: {}, outputs: [], execution_count: null },
});
const save = (...cells: ReturnType<typeof cell>[]) =>
  sendOk(server, {
    method: 'PUT',
    path: '/api/contents/a.ipynb',
    body: {
      type: 'notebook',
      format: 'json',
      content: { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 },
    },
  });
const ask = async (path: string): Promise<unknown> =>
  JSON.parse((await sendOk(server, { method: 'GET', path: HISTORY + path })).body.toString());
const onDisk = () => readFileSync(join(server.folders.root, 'a.ipynb'), 'utf8');

test('I6: a cell, or all, of an earlier version of a file that nobody has open is put back', async () => {
  await save(cell('a', 'x = 1'), cell('b', 'print(x)'));
  const first = onDisk();
  await save(cell('a', 'x = 2'), cell('c', 'new'));
  const page = (await ask('?path=a.ipynb')) as { entries: { versions: { id: number }[] }[] };
  const [second, original] = page.entries[0]?.versions ?? [];
  expect(page).toMatchObject({ next: null, entries: [{ changes: { kind: 'notebook', added: 2 } }] });
  expect(await ask(`/difference?path=a.ipynb&from=${original?.id}&to=now`)).toMatchObject({
    kind: 'notebook',
    cells: [
      { change: 'changed', before: { source: 'x = 1' }, after: { source: 'x = 2' } },
      { change: 'removed', before: { id: 'b' } },
      { change: 'added', after: { id: 'c' } },
    ],
  });
  const restore = (body: object) =>
    sendOk(server, { method: 'POST', path: `${HISTORY}/restore`, body: { path: 'a.ipynb', ...body } });
  await restore({ version: original?.id, cells: ['b'] });
  const cells = (JSON.parse(onDisk()) as { cells: { id: string; source: string[] }[] }).cells;
  expect(cells.map(({ id, source }) => [id, ...source])).toEqual([
    ['a', 'x = 2'],
    ['b', 'print(x)'],
    ['c', 'new'],
  ]);
  await restore({ version: original?.id });
  expect(onDisk()).toBe(first);
  expect(await ask(`/version?path=a.ipynb&version=${second?.id}`)).toMatchObject({
    cells: [{}, { id: 'c' }],
  });
});

test('what cannot be had is said', async () => {
  writeFileSync(join(server.folders.root, 'bytes.bin'), Buffer.from([0xff, 0xfe, 0]));
  const statusOf = async (path: string) =>
    (await send(server, { method: 'GET', path: HISTORY + path })).status;
  expect(await ask('?path=unknown.ipynb')).toEqual({
    path: 'unknown.ipynb',
    entries: [],
    names: {},
    next: null,
  });
  expect(await statusOf('/version?path=unknown.ipynb&version=7')).toBe(404);
  expect(await statusOf('/version?path=bytes.bin&version=now')).toBe(415);
  expect(await statusOf('?path=a.ipynb&limit=0')).toBe(400);
  expect(await statusOf('?path=')).toBe(400);
});
