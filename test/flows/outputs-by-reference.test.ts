import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RoomClient } from '../fuzz/room-client.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';

const PATIENCE = { timeout: 25_000, interval: 25 };
const REFERENCE = 'application/vnd.in-the-loop.output-reference+json';
const PNG = Buffer.from('a picture'.repeat(20_000)).toString('base64');

let server: JupyterServerProcess;
let clients: RoomClient[] = [];
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue()); // @jupyter/ydoc reads types before they are in a document
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await server.close();
});

const pathOf = (name: string): string => join(server.folders.root, name);
const cell = (id: string, outputs: unknown[], source = '') => ({
  ...{ cell_type: 'code', execution_count: outputs.length === 0 ? null : 1, id, metadata: {} },
  ...{ outputs, source: source === '' ? [] : [source] },
});
const picture = {
  data: { 'image/png': PNG, 'text/plain': ['a'] },
  metadata: {},
  output_type: 'display_data',
};
const printed = { name: 'stdout', output_type: 'stream', text: Array<string>(9000).fill('a long line\n') };
const notebook = (...cells: unknown[]) => ({
  ...{ cells, metadata: { language_info: { name: 'python' } } },
  ...{ nbformat: 4, nbformat_minor: 5 },
});
const bytesOf = (json: unknown): string => `${JSON.stringify(json, null, 1)}\n`;

async function open(path: string): Promise<RoomClient> {
  const client = new RoomClient('ada', path);
  clients.push(client);
  await client.connect(server);
  return client;
}
const dataIn = (client: RoomClient, at: number): Record<string, unknown> => {
  const json = client.model.cells[at]?.toJSON() as { outputs: { data: Record<string, unknown> }[] };
  return json.outputs[0]?.data ?? {};
};

test('a notebook with large outputs is shared without them, and its file stays byte for byte', async () => {
  server = await startOurServer({ args: ['--collaboration', 'on'] });
  const bytes = bytesOf(notebook(cell('a', [picture]), cell('b', [printed]), cell('c', [])));
  writeFileSync(pathOf('a.ipynb'), bytes);
  const ada = await open('a.ipynb');
  await vi.waitFor(() => expect(ada.model.cells).toHaveLength(3), PATIENCE);
  const { sha256, mime_types } = dataIn(ada, 0)[REFERENCE] as { sha256: string; mime_types: string[] };
  expect(mime_types).toEqual(['image/png', 'text/plain']);
  expect(dataIn(ada, 1)).toHaveProperty([REFERENCE]);

  // Whoever asks for it gets it, for ever.
  const got = await sendOk(server, { path: `/api/in-the-loop/v1/outputs/${sha256}` });
  expect(got.json()).toMatchObject({ data: { 'image/png': PNG } });
  expect(got.headers['cache-control']).toContain('immutable');
  const shown = await sendOk(server, { path: `/api/in-the-loop/v1/outputs/${sha256}?type=image/png` });
  expect(shown.headers['content-type']).toBe('image/png');
  expect(shown.headers['content-security-policy']).toContain('sandbox');
  const lost = await send(server, { path: `/api/in-the-loop/v1/outputs/${'0'.repeat(64)}` });
  expect(lost.status).toBe(404);

  // Nobody who knows nothing of it sees any of it.
  const model = await sendOk(server, { path: '/api/contents/a.ipynb' });
  expect(JSON.stringify(model.json())).not.toContain(REFERENCE);
  expect(JSON.stringify(model.json())).toContain(PNG);
  expect(readFileSync(pathOf('a.ipynb'), 'utf8')).toBe(bytes);

  // An edit changes what it changes.
  ada.model.cells[2]!.ysource.insert(0, 'x = 1');
  const edited = bytesOf(notebook(cell('a', [picture]), cell('b', [printed]), cell('c', [], 'x = 1')));
  await vi.waitFor(() => expect(readFileSync(pathOf('a.ipynb'), 'utf8')).toBe(edited), PATIENCE);
});

test('it is the same after a crash of the server, and what another program changes comes in', async () => {
  const folders = makeServerFolders();
  const start = () => startOurServer({ args: ['--collaboration', 'on'], folders });
  server = await start();
  writeFileSync(pathOf('a.ipynb'), bytesOf(notebook(cell('a', [picture]), cell('b', []))));
  const ada = await open('a.ipynb');
  await vi.waitFor(() => expect(ada.model.cells).toHaveLength(2), PATIENCE);
  const reference = dataIn(ada, 0)[REFERENCE];
  ada.close();
  await server.end('SIGKILL');
  const other = { ...picture, data: { ...picture.data, 'text/plain': ['b'] } };
  const bytes = bytesOf(notebook(cell('a', [picture]), cell('b', [other])));
  writeFileSync(pathOf('a.ipynb'), bytes);
  server = await start();
  const ben = await open('a.ipynb');
  await vi.waitFor(() => expect(dataIn(ben, 1)).toHaveProperty([REFERENCE]), PATIENCE);
  expect(dataIn(ben, 0)[REFERENCE]).toEqual(reference);
  await sendOk(server, { path: '/api/contents/a.ipynb' });
  expect(readFileSync(pathOf('a.ipynb'), 'utf8')).toBe(bytes);
});

test('a cell that is pasted elsewhere has its outputs there, in an open notebook and in a new file', async () => {
  server = await startOurServer({ args: ['--collaboration', 'on'] });
  writeFileSync(pathOf('a.ipynb'), bytesOf(notebook(cell('a', [picture]))));
  writeFileSync(pathOf('b.ipynb'), bytesOf(notebook(cell('first', []))));
  const [from, to] = [await open('a.ipynb'), await open('b.ipynb')];
  await vi.waitFor(() => expect(dataIn(from, 0)).toHaveProperty([REFERENCE]), PATIENCE);
  await vi.waitFor(() => expect(to.model.cells).toHaveLength(1), PATIENCE);
  const carried = { ...from.model.cells[0]!.toJSON(), id: 'pasted' } as Parameters<
    typeof to.model.insertCell
  >[1];
  to.model.insertCell(1, carried);
  const whole = bytesOf(notebook(cell('first', []), cell('pasted', [picture])));
  await vi.waitFor(() => expect(readFileSync(pathOf('b.ipynb'), 'utf8')).toBe(whole), PATIENCE);
  expect(dataIn(to, 1)).toHaveProperty([REFERENCE]);

  const content = { ...(from.model.toJSON() as object), nbformat: 4, nbformat_minor: 5 };
  await sendOk(server, {
    method: 'PUT',
    path: '/api/contents/new.ipynb',
    body: { type: 'notebook', format: 'json', content },
  });
  expect(readFileSync(pathOf('new.ipynb'), 'utf8')).toContain(PNG);
});

test('for jupyter-collaboration’s client nothing is by reference that fits', async () => {
  server = await startOurServer({ args: ['--collaboration', 'stock'] });
  writeFileSync(pathOf('a.ipynb'), bytesOf(notebook(cell('a', [picture]))));
  const ada = await open('a.ipynb');
  await vi.waitFor(() => expect(dataIn(ada, 0)).toHaveProperty(['image/png'], PNG), PATIENCE);
});

test('what is put back of an earlier version comes by reference, too, and what is trusted is so for all at once', async () => {
  server = await startOurServer({ args: ['--collaboration', 'on'] });
  const html = { data: { 'text/html': ['<b>a</b>'] }, metadata: {}, output_type: 'display_data' };
  const content = notebook(cell('a', [picture]), cell('b', [html]));
  const save = (saved: unknown) =>
    sendOk(server, {
      method: 'PUT',
      path: '/api/contents/a.ipynb',
      body: { type: 'notebook', format: 'json', content: saved },
    });
  await save(content);
  await save(notebook(cell('a', []), cell('b', [html])));
  const ada = await open('a.ipynb');
  await vi.waitFor(() => expect(ada.model.cells).toHaveLength(2), PATIENCE);
  expect(ada.model.cells[1]?.getMetadata('trusted')).toBe(false);
  await sendOk(server, { method: 'POST', path: '/api/contents/a.ipynb/trust' });
  await vi.waitFor(() => expect(ada.model.cells[1]?.getMetadata('trusted')).toBe(true), PATIENCE);

  const history = '/api/in-the-loop/v1/history';
  const page = await sendOk(server, { path: `${history}?path=a.ipynb` });
  const { entries } = page.json<{ entries: { versions: { id: number }[] }[] }>();
  const first = entries.flatMap(({ versions }) => versions).at(-1)?.id;
  await sendOk(server, {
    method: 'POST',
    path: `${history}/restore`,
    body: { path: 'a.ipynb', version: first },
  });
  await vi.waitFor(() => expect(dataIn(ada, 0)).toHaveProperty([REFERENCE]), PATIENCE);
  expect(JSON.stringify(ada.model.toJSON())).not.toContain(PNG);
  await vi.waitFor(() => expect(readFileSync(pathOf('a.ipynb'), 'utf8')).toContain(PNG), PATIENCE);
});
