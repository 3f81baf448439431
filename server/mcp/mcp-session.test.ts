import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { expect, test } from 'vitest';
import { ALICE } from '../../test/doubles/stream-under-test.ts';
import type { McpDesk } from './mcp-session.ts';
import { McpSession } from './mcp-session.ts';

type Result = Awaited<Awaited<ReturnType<McpDesk['call']>>['result']>;

/** A desk at which a person takes their time. */
function slowDesk() {
  const { promise, resolve } = Promise.withResolvers<Result>();
  const asked: unknown[] = [];
  const desk: McpDesk = {
    tools: () => [
      {
        name: 'run_cells',
        description: 'Runs cells.',
        effect: 'runs',
        needsNotebook: true,
        argumentsSchema: { type: 'object', properties: { cells: { type: 'array' } }, required: ['cells'] },
      },
    ],
    call(call) {
      asked.push(call);
      return Promise.resolve({ threadTitle: 'MCP: Hasty', result: promise });
    },
  };
  return { desk, asked, resolve };
}

async function connected(desk: McpDesk): Promise<Client> {
  const { server } = new McpSession(desk, { person: ALICE, scopes: ['runs'] }, '1', 0);
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'Hasty', version: '1' });
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

test('a call that is not over in time says where a person allows it, and its result is fetched later, once', async () => {
  const { desk, asked, resolve } = slowDesk();
  const client = await connected(desk);
  const given = { notebook: 'a.ipynb', cells: ['c'] };
  const first = JSON.stringify(await client.callTool({ name: 'run_cells', arguments: given }));
  expect(first).toContain('MCP: Hasty');
  expect(asked).toEqual([
    { caller: 'Hasty', path: 'a.ipynb', toolName: 'run_cells', argumentsText: '{"cells":["c"]}' },
  ]);
  const call = /\{\\\\?\\?"call\\\\?\\?": \\\\?\\?"([\w-]+)/.exec(first)?.[1] ?? '';
  resolve({ content: [{ type: 'text', text: 'ran' }], isError: false });
  const awaited = { name: 'await_call', arguments: { call } };
  expect(await client.callTool(awaited)).toMatchObject({ content: [{ text: 'ran' }], isError: false });
  expect(await client.callTool(awaited)).toMatchObject({ isError: true });
  await client.close();
});

test('a client that hears of progress waits as long as it takes', async () => {
  const { desk, resolve } = slowDesk();
  const client = await connected(desk);
  const given = { name: 'run_cells', arguments: { notebook: 'a.ipynb', cells: [] } };
  const called = client.callTool(given, undefined, { onprogress: () => undefined });
  await new Promise(setImmediate);
  resolve({
    content: [{ type: 'image', data: 'AA==', mediaType: 'image/png', description: 'a dot' }],
    isError: false,
  });
  expect(await called).toMatchObject({ content: [{ type: 'image', data: 'AA==', mimeType: 'image/png' }] });
  await client.close();
});
