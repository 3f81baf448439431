import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completionWire } from '../doubles/completion-wire.ts';
import { ModelServer } from '../doubles/model-server.ts';
import { wireAnswer } from '../doubles/model-wire.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';

const MODELS = '/api/in-the-loop/v1/agent/models';
const KEY = 'sk-proj-of-a-variable-that-appears-nowhere-else';
const FILE_KEY = 'sk-of-a-file-that-appears-nowhere-else';
const wire = completionWire({ isGroq: false });

describe('the models of a server', () => {
  let provider: ModelServer;
  let server: JupyterServerProcess;
  const answers: string[] = [];
  async function ask(path: string, body?: unknown): Promise<unknown> {
    const answer = await sendOk(server, body === undefined ? { path } : { method: 'POST', path, body });
    answers.push(answer.text());
    return answer.json();
  }

  beforeAll(async () => {
    provider = await ModelServer.start();
    provider.answerAlways(({ path, headers }) => {
      const echoed = { status: 401, headers: { 'content-type': 'application/json' } };
      if (path === '/lab/models')
        return { ...echoed, frames: [JSON.stringify({ error: `no ${String(headers['authorization'])}` })] };
      if (path === '/v1/chat/completions') return wireAnswer(wire, { text: ['yes'] });
      return {
        headers: { 'content-type': 'application/json' },
        frames: [JSON.stringify({ data: [{ id: 'gpt-5.1' }] })],
      };
    });
    const folders = makeServerFolders();
    writeFileSync(join(folders.root, 'lab-key'), `${FILE_KEY}\n`);
    const config = join(folders.root, 'in-the-loop.json');
    const lab = { name: 'Lab', url: `${provider.url}/lab`, 'key-file': 'lab-key' };
    writeFileSync(config, JSON.stringify({ ai: { providers: { lab, openai: {} } } }));
    server = await startOurServer({
      folders,
      args: ['--config', config, '--log-level', 'debug'],
      environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${provider.url}/v1`, OLLAMA_HOST: '127.0.0.1:1' },
    });
  });
  afterAll(async () => {
    await server.close();
    await provider.close();
  });

  test('are listed, with why a provider has none and what to do', async () => {
    const list = (await ask(MODELS)) as { providers: { id: string }[] };
    expect(list).toMatchObject({
      default_model: 'openai:gpt-5.1',
      providers: [
        { id: 'lab', name: 'Lab', problem: { code: 'bad-key' }, models: [] },
        {
          id: 'openai',
          problem: null,
          models: [{ id: 'openai:gpt-5.1', takes_images: true, context_tokens: 400_000 }],
        },
        { id: 'ollama', problem: { code: 'unreachable' }, models: [] },
      ],
    });
    expect(await ask(`${MODELS}?refresh=1`)).toEqual(list);
  });

  test('are checked by asking them', async () => {
    expect(await ask(`${MODELS}/check`, { model: 'openai:gpt-5.1' })).toMatchObject({ works: true });
    expect(await ask(`${MODELS}/check`, { model: 'ollama:qwen3' })).toMatchObject({
      works: false,
      code: 'unreachable',
    });
    const wrong = await send(server, { method: 'POST', path: `${MODELS}/check`, body: { model: '' } });
    expect(wrong.status).toBe(400);
  });

  test('I10: keep their keys on the server: not in an answer, the log, or anything that it keeps', () => {
    expect(provider.asked.map(({ headers }) => headers['authorization'])).toContain(`Bearer ${FILE_KEY}`);
    expect(provider.asked.map(({ headers }) => headers['authorization'])).toContain(`Bearer ${KEY}`);
    const kept = readdirSync(server.folders.state, { recursive: true, encoding: 'utf8' })
      .map((name) => join(server.folders.state, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, 'latin1'));
    const all = [...answers, server.output(), ...kept].join('\n');
    for (const key of [KEY, FILE_KEY]) expect(all).not.toContain(key);
  });
});
