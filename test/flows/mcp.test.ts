import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AGENT, AgentClient } from '../doubles/agent-client.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';

const MCP = '/api/in-the-loop/v1/mcp';
let server: JupyterServerProcess;
beforeAll(async () => {
  server = await startOurServer({
    args: ['--collaboration', 'on'],
    environment: { OLLAMA_HOST: '127.0.0.1:1' },
  });
});
afterAll(() => server.close());
beforeEach(() => {
  const cells = [['c', 'print("o" + "k")']].map(([id, source]) => ({
    id,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
  writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(notebook));
});

async function makeKey(...scopes: readonly string[]): Promise<{ key: string; key_id: string }> {
  const body = { name: 'My editor', scopes };
  return (await sendOk(server, { method: 'POST', path: `${AGENT}/keys`, body })).json();
}

async function connect(key: string | null, name = `editor-${randomUUID().slice(0, 8)}`): Promise<Client> {
  const client = new Client({ name, version: '1' });
  const requestInit = key === null ? {} : { headers: { authorization: `Bearer ${key}` } };
  const transport = new StreamableHTTPClientTransport(new URL(`${server.origin}${MCP}`), { requestInit });
  await client.connect(transport);
  return client;
}

async function use(client: Client, name: string, given: object): Promise<{ text: string; isError: boolean }> {
  const result = await client.callTool({ name, arguments: { ...given } });
  const content = result.content as { type: string; text?: string }[];
  return { text: content.map(({ text }) => text ?? '').join('\n'), isError: result.isError === true };
}

/** The conversation in which people find what a client asks for. */
async function threadOf(name: string): Promise<AgentClient> {
  const { threads } = (await sendOk(server, { path: `${AGENT}/threads?path=a.ipynb` })).json<{
    threads: { thread_id: string; title: string }[];
  }>();
  const thread = threads.find(({ title }) => title === `MCP: ${name}`);
  return AgentClient.follow(server, thread?.thread_id ?? '');
}

test('a coding agent reads at once, and has edited and run what a person allows in the sidebar', async () => {
  const { key } = await makeKey('reads', 'edits', 'runs');
  const client = await connect(key, 'Coder');
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['read_notebook', 'edit_cell', 'run_cells', 'await_call', 'read_file']),
  );
  expect(names).not.toContain('restart_kernel');
  expect(tools.find(({ name }) => name === 'run_cells')?.inputSchema).toMatchObject({
    required: expect.arrayContaining(['notebook', 'cells']) as string[],
  });
  const read = await use(client, 'read_cell', { notebook: 'a.ipynb', cell: 'c' });
  expect(read).toMatchObject({ isError: false, text: expect.stringContaining('print("o" + "k")') as string });

  const person = await threadOf('Coder');
  const running = use(client, 'run_cells', { notebook: 'a.ipynb', cells: ['c'] });
  await person.untilAny('approval-requested');
  const turn = person.events.at(-1)?.turnId ?? '';
  expect(person.previews(turn)).toMatchObject([{ kind: 'code', cells: [{ cellId: 'c' }] }]);
  await person.approve(turn, null);
  expect(await running).toMatchObject({ isError: false, text: expect.stringContaining('ok') as string });

  const edit = { notebook: 'a.ipynb', cell: 'c', old_text: 'print', new_text: 'str' };
  const refused = use(client, 'edit_cell', edit);
  await expect.poll(() => person.waiting, { timeout: 10_000 }).toHaveLength(1);
  await person.approve(person.waiting[0] ?? '', null, { approve: false, remark: 'leave it' });
  expect(await refused).toMatchObject({ isError: true, text: expect.stringContaining('leave it') as string });
  const saved = (await sendOk(server, { path: '/api/contents/a.ipynb' })).text();
  expect(saved).toContain('print(');
  await person.close();
  await client.close();
});

test('a call goes on waiting for a person when its client has gone', async () => {
  const { key } = await makeKey('runs');
  const client = await connect(key, 'Hasty');
  const abort = new AbortController();
  const waiting = client.callTool(
    { name: 'run_cells', arguments: { notebook: 'a.ipynb', cells: ['c'] } },
    undefined,
    { signal: abort.signal },
  );
  const given = waiting.catch((error: unknown) => String(error));
  await expect
    .poll(async () => (await sendOk(server, { path: `${AGENT}/threads` })).text(), { timeout: 10_000 })
    .toContain('MCP: Hasty');
  const person = await threadOf('Hasty');
  await person.untilAny('approval-requested');
  abort.abort();
  await given;
  // It waits on for the person, whoever listens.
  await person.approve(person.waiting[0] ?? '', null);
  await person.untilAny('turn-ended');
  const turn = person.events.at(-1)?.turnId ?? '';
  expect(person.results(turn)[0]).toContain('ok');
  await person.close();
  await client.close();
});

test('what waits for a person outlives the server, though its client does not (I1)', async () => {
  const { key } = await makeKey('runs');
  const client = await connect(key, 'Patient');
  const given = { name: 'run_cells', arguments: { notebook: 'a.ipynb', cells: ['c'] } };
  const lost = client.callTool(given).catch((error: unknown) => String(error));
  await expect
    .poll(async () => (await sendOk(server, { path: `${AGENT}/threads` })).text(), { timeout: 10_000 })
    .toContain('MCP: Patient');
  const before = await threadOf('Patient');
  await before.untilAny('approval-requested');
  const { folders } = server;
  await server.end('SIGKILL');
  await client.close();
  await lost;
  server = await startOurServer({
    folders,
    args: ['--collaboration', 'on'],
    environment: { OLLAMA_HOST: '127.0.0.1:1' },
  });
  const person = await threadOf('Patient');
  await person.untilAny('approval-requested');
  const [turn = ''] = person.waiting;
  await person.approve(turn, null);
  await person.until('turn-ended', turn);
  expect(person.results(turn)[0]).toContain('ok');
  await person.close();
  // The key of its client is good for the next server too.
  await (await connect(key, 'Patient')).close();
});

test('a key does what its scopes say, is somebody’s, is shown once and kept as a hash (I10)', async () => {
  const { key, key_id: keyId } = await makeKey('reads');
  const client = await connect(key);
  expect(await use(client, 'run_cells', { notebook: 'a.ipynb', cells: ['c'] })).toMatchObject({
    isError: true,
    text: expect.stringContaining('may not have anything done') as string,
  });
  expect(await use(client, 'read_cell', { cell: 'c' })).toMatchObject({ isError: true });
  expect(await use(client, 'read_cell', { notebook: 'no.ipynb', cell: 'c' })).toMatchObject({
    isError: true,
  });
  const listed = (await sendOk(server, { path: `${AGENT}/keys` })).text();
  expect(listed).toContain(keyId);
  expect(listed).not.toContain(key);
  const files = readdirSync(server.folders.state, { recursive: true, encoding: 'utf8' })
    .map((name) => join(server.folders.state, name))
    .filter((path) => statSync(path).isFile());
  for (const file of files) expect(readFileSync(file, 'latin1')).not.toContain(key);
  expect(server.output()).not.toContain(key);
  // It opens nothing else.
  const bearer = { authorization: `Bearer ${key}` };
  expect((await send(server, { path: '/api/contents', auth: 'none', headers: bearer })).status).toBe(403);
  await sendOk(server, { method: 'DELETE', path: `${AGENT}/keys/${keyId}` });
  await expect(client.listTools()).rejects.toThrow();
  await expect(connect(key)).rejects.toThrow(/Send a key/);
  await client.close();
});

test('the server’s own token is a key; a cookie, another site and somebody else’s session are none', async () => {
  const client = await connect(server.token);
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('restart_kernel');
  const sessionId = (client.transport as unknown as { sessionId: string }).sessionId;
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const accept = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const post = {
    method: 'POST',
    path: MCP,
    body,
    headers: { ...accept, 'mcp-session-id': sessionId },
  } as const;
  expect((await send(server, { ...post, auth: 'none' })).status).toBe(401);
  const foreign = { ...post.headers, origin: 'http://evil.example' };
  expect((await send(server, { ...post, headers: foreign })).status).toBe(403);
  const { key } = await makeKey('reads');
  const others = { ...post.headers, authorization: `Bearer ${key}` };
  expect((await send(server, { ...post, auth: 'none', headers: others })).status).toBe(404);
  await client.close();
});

test('where nobody has to sign in no key is needed, and pages of other sites are refused all the same', async () => {
  await server.close();
  server = await startOurServer({ token: '', environment: { OLLAMA_HOST: '127.0.0.1:1' } });
  const client = await connect(null);
  expect((await client.listTools()).tools.length).toBeGreaterThan(10);
  await client.close();
  const origin = { origin: 'http://evil.example', 'content-type': 'application/json' };
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const refused = await send(server, { method: 'POST', path: MCP, body, auth: 'none', headers: origin });
  expect([403, 404]).toContain(refused.status);
});
