// What the server adds between a model and a page: `node test/bench/agent.bench.mjs` after a build. A provider on this machine streams
// words at a steady pace; each is timed from the provider's write to the page's websocket. Then a turn of 100 tool calls, one an
// answer, each timed from the end of the answer that asks for it to the request that has its result.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { median, percentile } from './statistics.mjs';

const { values: options } = parseArgs({
  options: {
    turns: { type: 'string', default: '30' },
    words: { type: 'string', default: '50' },
    calls: { type: 'string', default: '100' },
  },
});
const [TURNS, WORDS, CALLS] = [options.turns, options.words, options.calls].map(Number);
/** Between two words, in ms. */
const PACE = 10;
const TOKEN = 'bench';
const AGENT = '/api/in-the-loop/v1/agent';
const folder = mkdtempSync(join(tmpdir(), 'in-the-loop-agent-bench-'));

/** By word, when the provider wrote it. */
const written = new Map();
/** When requests came, and when answers that ask for a tool ended. */
const requested = [];
const answered = [];
let answer = () => undefined;

const chunk = (delta, finish = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const provider = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    if (request.url.endsWith('/models')) {
      response.setHeader('content-type', 'application/json');
      return response.end('{"data":[{"id":"bench"}]}');
    }
    requested.push(performance.now());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.socket.setNoDelay(true);
    return void answer(response);
  });
});

async function sayWords(response) {
  for (let word = 0; word < WORDS; word += 1) {
    const text = `<${written.size}>`;
    written.set(text, performance.now());
    response.write(chunk({ content: text }));
    await sleep(PACE);
  }
  response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
}

function callTool(response) {
  const call = { index: 0, id: `call-${answered.length}`, type: 'function' };
  const asked = { ...call, function: { name: 'read_cell', arguments: '{"cell":"a"}' } };
  response.end(`${chunk({ tool_calls: [asked] })}${chunk({}, 'tool_calls')}data: [DONE]\n\n`);
  answered.push(performance.now());
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

provider.listen(0, '127.0.0.1');
await once(provider, 'listening');
const root = join(folder, 'root');
mkdirSync(root);
const cell = { id: 'a', cell_type: 'code', source: 'print(1)\n'.repeat(20), metadata: {}, outputs: [] };
const cells = [{ ...cell, execution_count: null }];
writeFileSync(join(root, 'a.ipynb'), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
const port = await freePort();
const project = join(import.meta.dirname, '..', '..');
const server = spawn(
  process.execPath,
  [
    join(project, 'dist', 'server', 'main.js'),
    ...['--no-browser', '--root', root, '--port', String(port), '--token', TOKEN],
    ...[
      '--prefix',
      join(project, '.venv'),
      '--state',
      join(folder, 'state'),
      '--collaboration',
      'on',
      '--log-level',
      'warn',
    ],
  ],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...{ JUPYTER_CONFIG_DIR: join(folder, 'config'), JUPYTER_DATA_DIR: join(folder, 'data') },
      ...{ JUPYTER_RUNTIME_DIR: join(folder, 'runtime'), OLLAMA_HOST: '127.0.0.1:1' },
      ...{ OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: `http://127.0.0.1:${provider.address().port}/v1` },
    },
  },
);
const origin = `http://127.0.0.1:${port}`;
const headers = { authorization: `token ${TOKEN}`, 'content-type': 'application/json' };
const post = async (path, body) => {
  const response = await fetch(`${origin}${AGENT}${path}`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
};

/** Asks in a conversation of its own; resolves at the turn's end. */
async function ask() {
  const threadId = randomUUID();
  await post('/threads', { thread_id: threadId, title: 'Bench', path: 'a.ipynb' });
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/in-the-loop/v1/live`, { headers });
  await once(socket, 'open');
  const heard = [];
  const end = new Promise((resolve, reject) => {
    socket.on('message', (data) => {
      const now = performance.now();
      const { type, event } = JSON.parse(data.toString());
      if (type !== 'agent-event') return;
      if (event.type === 'text-streamed')
        for (const [word] of event.text.matchAll(/<\d+>/g)) heard.push(now - written.get(word));
      if (event.type !== 'turn-ended') return;
      if (event.outcome.type === 'done') resolve();
      else reject(new Error(JSON.stringify(event.outcome)));
    });
  });
  socket.send(JSON.stringify({ type: 'hello', protocol: 1 }));
  socket.send(JSON.stringify({ type: 'agent-follow', threadId, after: 0 }));
  await post(`/threads/${threadId}/turns`, { turn_id: randomUUID(), model: 'openai:bench', text: 'Well?' });
  await end;
  socket.close();
  return heard;
}

const told = (values) =>
  `median ${median(values).toFixed(1)} ms, 99th percentile ${percentile(values, 0.99).toFixed(1)} ms, most ${Math.max(...values).toFixed(1)} ms`;

try {
  while (!(await fetch(`${origin}/api/status?token=${TOKEN}`).catch(() => null))) {
    if (server.exitCode !== null) throw new Error('The server has ended.');
    await sleep(20);
  }
  answer = sayWords;
  const turns = [];
  for (let turn = 0; turn < TURNS; turn += 1) turns.push(await ask());
  console.log(
    `the first word of a turn, of ${TURNS}, from provider to page: ${told(turns.map(([first]) => first))}`,
  );
  console.log(`the first word of the server's first turn: ${turns[0][0].toFixed(1)} ms`);
  console.log(`each word of ${TURNS * WORDS}, ${PACE} ms apart: ${told(turns.flat())}`);
  requested.length = 0;
  answer = (response) => (answered.length < CALLS ? callTool(response) : void sayWords(response));
  await ask();
  const took = answered.map((ended, index) => requested[index + 1] - ended);
  const [first, last] = [median(took.slice(0, 10)), median(took.slice(-10))];
  console.log(
    `${CALLS} tool calls: ${told(took)}; calls 1 to 10 take ${first.toFixed(1)} ms, the last ten ${last.toFixed(1)} ms, ` +
      `which is ${(last / first).toFixed(2)} times as much`,
  );
} finally {
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  provider.closeAllConnections();
  provider.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
