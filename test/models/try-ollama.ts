// node --experimental-transform-types --no-warnings test/models/try-ollama.ts OLLAMA: asks a real Ollama, whose program is named, with
// the tiny model: its list, an answer, a tool call, what goes wrong. Not among the tests: Ollama takes minutes to build.
// `go install github.com/ollama/ollama@v0.11.4` makes one.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatModel, ChatRequest } from '../../ai-agent/chat-model.ts';
import { OllamaProvider } from '../../ai-agent/ollama/ollama-provider.ts';
import { tinyModel } from './tiny-model.ts';

const program = process.argv[2] ?? 'ollama';
const folder = mkdtempSync(join(tmpdir(), 'try-ollama-'));
const host = `127.0.0.1:${await freePort()}`;
const env = { ...process.env, HOME: folder, OLLAMA_MODELS: join(folder, 'models'), OLLAMA_HOST: host };
writeFileSync(join(folder, 'tiny.gguf'), tinyModel());
writeFileSync(join(folder, 'Modelfile'), `FROM ${join(folder, 'tiny.gguf')}\n${ollamaTemplate()}`);
const server = spawn(program, ['serve'], { env, stdio: ['ignore', 'ignore', 'inherit'], detached: true });
const never = new AbortController().signal;
const provider = new OllamaProvider('ollama', {
  name: 'Ollama',
  baseUrl: `http://${host}`,
  key: null,
  keyPlace: null,
  remedy: 'Start it.',
  silenceLimit: 120_000,
});
const question: ChatRequest = {
  instructions: 'You help.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
};
const addCell = {
  name: 'add_cell',
  description: 'Adds cells.',
  argumentsSchema: { type: 'object', properties: { n: { type: 'integer' }, kind: { type: 'string' } } },
};

try {
  while (!(await isThere())) await sleep(200);
  const made = spawnSync(program, ['create', 'tiny', '-f', join(folder, 'Modelfile')], {
    env,
    encoding: 'utf8',
  });
  say('made', made.status, made.stderr.slice(-300));
  say('list', await provider.list(never));
  const model = provider.model('tiny', { takesImages: false, contextTokens: 2_048 });
  await show('answer', model, question);
  await show('call', model, { ...question, tools: [addCell] });
  await show('no such model', provider.model('other', { takesImages: false, contextTokens: null }), question);
} finally {
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function show(what: string, model: ChatModel, request: ChatRequest): Promise<void> {
  try {
    for await (const chunk of model.ask(request, never)) say(what, chunk);
  } catch (error) {
    say(what, error);
  }
}

async function isThere(): Promise<boolean> {
  return provider.list(never).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => probe.once('listening', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** Ollama takes Go's templates: the tiny model's own, in them. */
function ollamaTemplate(): string {
  return `TEMPLATE """{{ range $i, $m := .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}{{ if .ToolCalls }}{{ range .ToolCalls }}<tool_call>{"name":"{{ .Function.Name }}","arguments":{{ .Function.Arguments }}}</tool_call>{{ end }}{{ end }}<|im_end|>
{{ end }}<|im_start|>assistant
{{ if not .Tools }}<|text|>{{ end }}"""
PARAMETER stop <|im_end|>
`;
}

function say(...values: unknown[]): void {
  // eslint-disable-next-line no-console -- it is a program for a person
  console.log(...values);
}
