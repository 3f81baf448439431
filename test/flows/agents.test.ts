import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DownMessage } from '../../server/wire/down.ts';
import { completionWire } from '../doubles/completion-wire.ts';
import { ModelServer } from '../doubles/model-server.ts';
import type { WireAnswer } from '../doubles/model-server.ts';
import { wireAnswer } from '../doubles/model-wire.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';
import { TextSocket } from '../servers/text-socket.ts';

const AGENT = '/api/in-the-loop/v1/agent';
const wire = completionWire({ isGroq: false });
const folders = makeServerFolders();
/** What the model says next. */
const answers: WireAnswer[] = [];
let provider: ModelServer;
let server: JupyterServerProcess;

const start = (): Promise<JupyterServerProcess> =>
  startOurServer({
    folders,
    args: ['--collaboration', 'on'],
    environment: {
      OPENAI_API_KEY: 'sk-only-here',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      OLLAMA_HOST: '127.0.0.1:1',
    },
  });

type Told = Extract<DownMessage, { type: 'agent-event' }>;
const toldTo = (page: TextSocket): Told[] =>
  (page.received as DownMessage[]).filter((message): message is Told => message.type === 'agent-event');
const kindsTold = (page: TextSocket): string[] => toldTo(page).map(({ event }) => event.type);

async function openPage(threadId: string, after = 0): Promise<TextSocket> {
  const page = await TextSocket.open(server, '/api/in-the-loop/v1/live');
  page.send({ type: 'hello', protocol: 1 });
  page.send({ type: 'agent-follow', threadId, after });
  return page;
}

beforeAll(async () => {
  provider = await ModelServer.start();
  const list = { headers: { 'content-type': 'application/json' }, frames: ['{"data":[{"id":"gpt-5.1"}]}'] };
  const unforeseen = { status: 500, frames: ['the test wrote down no answer'] };
  provider.answerAlways(({ path }) => (path.endsWith('/models') ? list : (answers.shift() ?? unforeseen)));
  server = await start();
});
afterAll(async () => {
  await server.close();
  await provider.close();
});

test('a turn whose server is killed in the middle of the answer is gone on with, and every page hears each event once (I1)', async () => {
  const threadId = randomUUID();
  const turnId = randomUUID();
  const made = { thread_id: threadId, title: 'A question' };
  await sendOk(server, { method: 'POST', path: `${AGENT}/threads`, body: made });
  const page = await openPage(threadId);
  const frames = wire.frames({ text: ['It is ', 'forty-', 'two.'] });
  answers.push({ headers: wire.headers, frames: frames.slice(0, 2), ending: 'held' });
  const turn = { turn_id: turnId, model: 'openai:gpt-5.1', text: 'What is the answer?' };
  const ask = { method: 'POST', path: `${AGENT}/threads/${threadId}/turns`, body: turn } as const;
  await sendOk(server, ask);
  await page.until(() => kindsTold(page).includes('text-streamed'), 'streamed text');
  // A page that asks again, having heard no answer, begins no second turn.
  await sendOk(server, ask);
  const other = { ...turn, turn_id: randomUUID() };
  expect(await send(server, { ...ask, body: other })).toMatchObject({ status: 409 });
  const heard = toldTo(page).at(-1)?.sequence ?? 0;

  await server.end('SIGKILL');
  answers.push(wireAnswer(wire, { text: ['It is ', '42.'], inputTokens: 9, outputTokens: 4 }));
  server = await start();
  const [later, newcomer] = [await openPage(threadId, heard), await openPage(threadId)];
  for (const each of [later, newcomer]) await each.until(() => kindsTold(each).includes('turn-ended'), 'end');
  expect(toldTo(newcomer).map(({ sequence }) => sequence)).toEqual([
    ...new Set([...toldTo(page), ...toldTo(later)].map(({ sequence }) => sequence)),
  ]);
  const whole = toldTo(newcomer).flatMap(({ event }) => (event.type === 'model-answered' ? [event] : []));
  expect(whole).toMatchObject([{ text: 'It is 42.', usage: { inputTokens: 9, outputTokens: 4 } }]);
  expect(toldTo(newcomer).at(-1)).toMatchObject({
    actor: 'agent:' + toldTo(newcomer)[0]?.actor,
    event: { type: 'turn-ended', outcome: { type: 'done' } },
  });
  const markdown = (await sendOk(server, { path: `${AGENT}/threads/${threadId}/markdown` })).text();
  expect(markdown).toContain('What is the answer?');
  expect(markdown).toContain('It is 42.');
  expect(markdown).not.toContain('forty');

  // The next question goes with what was said before.
  answers.push(wireAnswer(wire, { text: ['Because.'] }));
  const next = { turn_id: randomUUID(), model: 'openai:gpt-5.1', text: 'Why?' };
  await sendOk(server, { ...ask, body: next });
  await newcomer.until(() => kindsTold(newcomer).filter((kind) => kind === 'turn-ended').length === 2, 'end');
  const asked = wire.spoken(
    provider.asked.filter(({ path }) => path.endsWith('/completions')).at(-1)?.body ?? {},
  );
  expect(asked.join('\n')).toMatch(/What is the answer\?[^]*It is 42\.[^]*Why\?/);
  for (const each of [page, later, newcomer]) await each.close();
});

test('a private conversation is its owner’s alone, and a deleted one is nobody’s', async () => {
  const threadId = randomUUID();
  const made = { thread_id: threadId, title: 'Mine', is_private: true };
  await sendOk(server, { method: 'POST', path: `${AGENT}/threads`, body: made });
  const listed = async (): Promise<string[]> =>
    (await sendOk(server, { path: `${AGENT}/threads` }))
      .json<{ threads: { thread_id: string }[] }>()
      .threads.map(({ thread_id: id }) => id);
  expect(await listed()).toContain(threadId);
  const page = await openPage(threadId);
  page.send({ type: 'agent-watch' });
  await page.until(
    () => page.received.some((message) => (message as DownMessage).type === 'agent-threads-changed'),
    'news',
  );
  await sendOk(server, { method: 'DELETE', path: `${AGENT}/threads/${threadId}` });
  await page.until(
    () => page.received.some((message) => (message as DownMessage).type === 'agent-unavailable'),
    'the end of it',
  );
  expect(await listed()).not.toContain(threadId);
  expect(await send(server, { path: `${AGENT}/threads/${threadId}/markdown` })).toMatchObject({
    status: 404,
  });
  await page.close();
});
