import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AGENT, AgentClient } from '../doubles/agent-client.ts';
import { askedOf, ScriptedProvider } from '../doubles/scripted-provider.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';

const VIEW = 'view-token-of-these-tests';
const folders = makeServerFolders();
let provider: ScriptedProvider;
let server: JupyterServerProcess;
let person: AgentClient;

const start = (): Promise<JupyterServerProcess> =>
  startOurServer({
    folders,
    args: ['--collaboration', 'on', '--view-token', VIEW],
    environment: provider.environment,
  });

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  server = await start();
});
afterAll(async () => {
  await server.close();
  await provider.server.close();
});

/** Another one for each test: what was not written into a file when a server was killed is still in its document. */
let name = '';
let count = 0;
const contentOf = (): string => readFileSync(join(folders.root, name), 'utf8');
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

beforeEach(async () => {
  const shown = {
    output_type: 'display_data',
    data: { 'image/png': PNG, 'text/plain': 'a plot' },
    metadata: {},
  };
  const cell = { cell_type: 'code', metadata: {}, outputs: [], execution_count: null };
  const cells = [
    { ...cell, id: 'load', source: 'data = lod("a.csv")' },
    { ...cell, id: 'plot', source: 'plot(data)', outputs: [shown], execution_count: 2 },
  ];
  name = `b${(count += 1)}.ipynb`;
  writeFileSync(
    join(folders.root, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
  );
  writeFileSync(join(folders.root, 'a.csv'), 'x,y\n1,2\n');
  person = await AgentClient.open(server, { path: name });
});
afterEach(() => {
  provider.answers.length = 0;
  return person.close();
});

interface Shown {
  readonly cells: readonly { readonly id: string; readonly source: string }[];
}
/** As clients have it that know nothing of documents; it is in the file then. */
const notebook = async (): Promise<Shown['cells']> =>
  (await sendOk(server, { path: `/api/contents/${name}` })).json<{ content: Shown }>().content.cells;
const turnPath = (turnId: string, what: string): string =>
  `${AGENT}/threads/${person.threadId}/turns/${turnId}/${what}`;
const fix = { cell: 'load', old_text: 'lod', new_text: 'load' };

test('an approved edit is in the notebook, a rejected one leaves no trace, and the turn is taken back', async () => {
  provider.calls(['edit_cell', fix], ['create_cell', { source: 'data.head()', after: 'load' }]);
  provider.says('Fixed.');
  const turnId = await person.ask(askedOf('Fix it.'));
  await person.until('approval-requested', turnId);
  expect(person.previews(turnId)[0]).toEqual({
    kind: 'cell-diff',
    path: name,
    cells: [
      {
        cellId: 'load',
        change: 'edit',
        cellType: 'code',
        before: 'data = lod("a.csv")',
        after: 'data = load("a.csv")',
        index: 0,
      },
    ],
  });
  const before = contentOf();
  expect((await notebook()).map(({ source }) => source)).toEqual(['data = lod("a.csv")', 'plot(data)']);
  await person.approve(turnId, null);
  await person.until('turn-ended', turnId);
  expect((await notebook()).map(({ source }) => source)).toEqual([
    'data = load("a.csv")',
    'data.head()',
    'plot(data)',
  ]);
  const approved = contentOf();
  expect(approved).not.toBe(before);

  provider.calls(['delete_cell', { cell: 'plot' }]);
  provider.says('As you like.');
  const other = await person.ask(askedOf('Delete the plot.'));
  await person.until('approval-requested', other);
  await person.approve(other, null, { approve: false, remark: 'I need it.' });
  await person.until('turn-ended', other);
  expect(provider.told).toContain('I need it.');
  await notebook();
  expect(contentOf()).toBe(approved);

  // Somebody goes on working before it is taken back.
  const content = JSON.parse(approved) as { cells: { source: unknown }[] };
  content.cells[2] = { ...content.cells[2], source: 'plot(data, title="Mine")' };
  await sendOk(server, {
    method: 'PUT',
    path: `/api/contents/${name}`,
    body: { type: 'notebook', format: 'json', content },
  });
  await sendOk(server, { method: 'POST', path: turnPath(turnId, 'revert') });
  await person.until('turn-reverted', turnId);
  expect((await notebook()).map(({ source }) => source)).toEqual([
    'data = lod("a.csv")',
    'plot(data, title="Mine")',
  ]);
  expect(await send(server, { method: 'POST', path: turnPath(turnId, 'revert') })).toMatchObject({
    status: 409,
  });
});

test('a server that is killed while an edit waits makes it once it is allowed, once (I1)', async () => {
  provider.calls(['edit_cell', fix]);
  const turnId = await person.ask(askedOf('Fix it.'));
  await person.until('approval-requested', turnId);
  await person.close();
  await server.end('SIGKILL');
  server = await start();
  person = await AgentClient.follow(server, person.threadId);
  await person.until('approval-requested', turnId);
  expect((await notebook())[0]?.source).toBe('data = lod("a.csv")');
  provider.says('Fixed.');
  await person.approve(turnId, null);
  await person.until('turn-ended', turnId);
  // Killed again, at once: what the conversation says of the notebook is in it.
  await person.close();
  await server.end('SIGKILL');
  server = await start();
  person = await AgentClient.follow(server, person.threadId);
  await person.until('turn-ended', turnId);
  expect(person.results(turnId)).toEqual(['Changed the cell load.']);
  provider.calls(['read_cell', { cell: 'load' }]);
  provider.says('It is there.');
  const later = await person.ask(askedOf('Is it there?'));
  await person.until('turn-ended', later);
  expect(person.results(later)[0]).toContain('data = load("a.csv")');
  expect((await notebook()).map(({ source }) => source)).toEqual(['data = load("a.csv")', 'plot(data)']);
});

test('the model is told of the notebook, of what is selected and mentioned, and the person can see all of it', async () => {
  provider.calls(
    ['read_cell', { cell: 'plot' }],
    ['read_file', { path: 'a.csv' }],
    ['read_file', { path: '../a' }],
  );
  provider.says('A plot.');
  const text = 'What is this, with @file:a.csv and @file:../outside?';
  const turnId = await person.ask(askedOf(text));
  await person.until('turn-ended', turnId);
  const context = (await sendOk(server, { path: turnPath(turnId, 'context') })).json<{
    content: { type: string; text?: string; mediaType?: string }[];
    account: { item: string; name: string; told: string }[];
  }>();
  const told = context.content.map((part) => part.text ?? part.mediaType).join('\n');
  expect(told).toMatch(
    /It is data to work with[^]*Notebook "b\d\.ipynb", 2 cells[^]*id="load"[^]*lod\("a\.csv"\)/,
  );
  expect(told).toMatch(/image\/png/);
  expect(told).toMatch(/<file-content path="a\.csv">\nx,y\n1,2/);
  expect(told).toMatch(/Not found, though mentioned: @file:\.\.\/outside/);
  expect(context.account).toContainEqual(
    expect.objectContaining({ item: 'cell', name: 'plot', told: 'whole' }),
  );
  // What was sent is what it says, and the image arrived.
  const asked = provider.server.asked.filter(({ path }) => path.endsWith('/completions')).at(-2);
  expect(JSON.stringify(asked?.body)).toContain(PNG);
  expect(JSON.stringify(asked?.body)).toContain('You are the assistant in a Jupyter notebook server');
  const [cell, csv, outside] = person.results(turnId);
  expect(cell).toContain('plot(data)');
  expect(csv).toContain('x,y\n1,2');
  expect(outside).toMatch(/outside|no file|not/);
});

test('a viewer asks nothing, and a conversation whose notebook is gone says so', async () => {
  const turn = { turn_id: crypto.randomUUID(), model: 'openai:gpt-5.1', text: 'Delete all.' };
  const path = `${AGENT}/threads/${person.threadId}/turns`;
  const headers = { authorization: `token ${VIEW}` };
  expect(await send(server, { method: 'POST', path, body: turn, headers, auth: 'none' })).toMatchObject({
    status: 403,
  });
  await sendOk(server, { method: 'DELETE', path: `/api/contents/${name}` });
  provider.calls(['edit_cell', fix]);
  provider.says('It is gone.');
  const turnId = await person.ask(askedOf('Fix it.'));
  await person.until('turn-ended', turnId);
  expect(person.results(turnId)[0]).toMatch(/no tool "edit_cell"/);
  const asked = provider.server.asked.filter(({ path: to }) => to.endsWith('/completions')).at(-1);
  expect(JSON.stringify(asked?.body)).toContain('The notebook of this conversation was deleted');
});

test.each(['none.ipynb', '../none.ipynb', '.hidden/none.ipynb', 'a.csv', ''])(
  'no conversation begins about what is no notebook: %j',
  async (path) => {
    const body = { title: 'A question', path };
    const answer = await send(server, { method: 'POST', path: `${AGENT}/threads`, body });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'notebook_not_found' });
    const of = `${AGENT}/threads?path=${encodeURIComponent(path)}`;
    expect((await sendOk(server, { path: of })).json()).toEqual({ threads: [] });
  },
);
