import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completionWire } from '../../test/doubles/completion-wire.ts';
import { ModelServer, type AskedRequest, type WireAnswer } from '../../test/doubles/model-server.ts';
import { wireAnswer } from '../../test/doubles/model-wire.ts';
import { ollamaWire } from '../../test/doubles/ollama-wire.ts';
import type { ProviderSettings } from '../ai-settings.ts';
import { ModelCatalogue } from './model-catalogue.ts';

const KEY = 'sk-proj-very-secret';
const json = (body: unknown): WireAnswer => ({
  headers: { 'content-type': 'application/json' },
  frames: [JSON.stringify(body)],
});

let server: ModelServer;
let now: number;
beforeEach(async () => {
  server = await ModelServer.start();
  now = 1_000_000;
});
afterEach(() => server.close());

const provider = (changes: Partial<ProviderSettings> = {}): ProviderSettings => ({
  id: 'lab',
  name: 'Lab',
  api: 'openai',
  baseUrl: server.url,
  key: KEY,
  keyPlace: 'LAB_KEY',
  problem: null,
  isGuess: false,
  models: new Map(),
  ...changes,
});
const catalogue = (...providers: ProviderSettings[]): ModelCatalogue =>
  new ModelCatalogue({ providers, defaultModel: null }, () => now);
const openaiList = json({ object: 'list', data: [{ id: 'gpt-5.1', object: 'model' }, { id: 'whisper-1' }] });

describe('the list of models', () => {
  it('has what an OpenAI-compatible server lists, without what cannot be talked to', async () => {
    server.answer(
      json({
        data: [
          { id: 'gpt-5.1' },
          { id: 'qwen', max_model_len: 32_768 },
          { id: 'local.gguf', meta: { n_ctx_train: 4_096 } },
          {
            id: 'a/b',
            context_length: 9,
            architecture: { input_modalities: ['text', 'image'] },
            supported_parameters: ['tools'],
          },
          { id: 'text-embedding-3-large' },
          { id: 'old', active: false },
        ],
      }),
    );
    const { providers, defaultModel } = await catalogue(provider()).list();
    expect(providers[0]?.problem).toBeNull();
    const rows = providers[0]?.models.map((each) => [
      each.id,
      each.takesImages,
      each.takesTools,
      each.contextTokens,
    ]);
    expect(rows).toEqual([
      ['lab:gpt-5.1', true, null, 400_000],
      ['lab:qwen', false, null, 32_768],
      ['lab:local.gguf', false, null, 4_096],
      ['lab:a/b', true, true, 9],
    ]);
    expect(defaultModel).toBe('lab:a/b');
    expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/models' });
  });

  it('has what Ollama has, with what each can do', async () => {
    const shown: Record<string, unknown> = {
      'qwen3-vl:8b': {
        capabilities: ['completion', 'tools', 'vision'],
        model_info: { 'qwen3vl.context_length': 262_144 },
      },
      'gemma:2b': { capabilities: ['completion'], model_info: { 'gemma.context_length': 8_192 } },
      'nomic-embed-text:latest': { capabilities: ['embedding'] },
    };
    server.answerAlways(({ path, body }: AskedRequest) =>
      path === '/api/tags'
        ? json({ models: Object.keys(shown).map((model) => ({ name: model, model })) })
        : json(shown[String(body?.['model'])]),
    );
    const { providers } = await catalogue(provider({ id: 'ollama', api: 'ollama', key: null })).list();
    expect(
      providers[0]?.models.map((each) => [each.id, each.takesImages, each.takesTools, each.contextTokens]),
    ).toEqual([
      ['ollama:qwen3-vl:8b', true, true, 16_384],
      ['ollama:gemma:2b', false, false, 8_192],
    ]);
  });

  it('says of the configuration what no list says: context, images, prices, and models without a list', async () => {
    const models = new Map([
      ['gpt-5.1', { takesImages: false, contextTokens: 1_000, inputPrice: 1, outputPrice: 8 }],
      ['tuned', { takesImages: null, contextTokens: null, inputPrice: null, outputPrice: null }],
    ]);
    server.answer(openaiList, { status: 404, frames: [] });
    const [listed] = (await catalogue(provider({ models })).list()).providers;
    expect(listed?.models).toMatchObject([
      { name: 'gpt-5.1', takesImages: false, contextTokens: 1_000, inputPrice: 1, outputPrice: 8 },
      { name: 'tuned', takesImages: false },
    ]);
    const [unlisted] = (await catalogue(provider({ models })).list()).providers;
    expect(unlisted).toMatchObject({ problem: null, models: [{ name: 'gpt-5.1' }, { name: 'tuned' }] });
  });

  it('is remembered for a while, and asked again when wanted or when it failed', async () => {
    server.answer(openaiList, { status: 500, frames: ['down'] }, openaiList);
    const models = catalogue(provider());
    await Promise.all([models.list(), models.list()]);
    await models.list();
    expect(server.asked).toHaveLength(1);
    const failed = await models.list({ refresh: true });
    expect(failed.providers[0]?.problem?.code).toBe('server-failed');
    now += 6_000;
    expect((await models.list()).providers[0]?.problem).toBeNull();
    now += 59_000;
    await models.list();
    expect(server.asked).toHaveLength(3);
  });

  it('says why a provider gives none, and what to do', async () => {
    const gone = provider({ id: 'ollama', name: 'Ollama', api: 'ollama' });
    await server.close();
    const [ollama] = (await catalogue(gone).list()).providers;
    expect(ollama?.problem).toMatchObject({ code: 'unreachable' });
    expect(ollama?.problem?.message).toMatch(
      /^Ollama does not answer at http.*nothing listens there.*`ollama serve`/,
    );
    server = await ModelServer.start();
    server.answer(json({ models: [] }));
    const [empty] = (await catalogue(provider({ ...gone, baseUrl: server.url })).list()).providers;
    expect(empty?.problem?.message).toContain('ollama pull');
    const [broken] = (await catalogue(provider({ problem: 'The variable X is not set.' })).list()).providers;
    expect(broken).toMatchObject({
      problem: { code: 'not-configured', message: 'The variable X is not set.' },
      models: [],
    });
  });

  it('leaves out an Ollama that nobody asked for and that is not there', async () => {
    server.answer(openaiList);
    const guess = provider({ id: 'ollama', api: 'ollama', baseUrl: 'http://127.0.0.1:1', isGuess: true });
    const { providers } = await catalogue(provider(), guess).list();
    expect(providers.map(({ id }) => id)).toEqual(['lab']);
    expect((await catalogue(guess).list()).providers).toHaveLength(1);
  });
});

describe('a model by its id', () => {
  it('is ready to be asked, with what is known of it', async () => {
    server.answer(openaiList, wireAnswer(completionWire({ isGroq: false }), { text: ['Hi'] }));
    const model = await catalogue(provider()).open('lab:gpt-5.1');
    expect(model).toMatchObject({ id: 'lab:gpt-5.1', takesImages: true, contextTokens: 400_000 });
    const request = {
      instructions: '',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      tools: [],
    } as const;
    const first = await model.ask(request, new AbortController().signal)[Symbol.asyncIterator]().next();
    expect(first.value).toEqual({ type: 'text', text: 'Hi' });
    expect(server.asked[1]).toMatchObject({ path: '/chat/completions', body: { model: 'gpt-5.1' } });
  });

  it('may be one that the list does not have', async () => {
    server.answer(openaiList);
    const model = await catalogue(provider()).open('lab:ft:gpt-4o:me');
    expect(model).toMatchObject({ id: 'lab:ft:gpt-4o:me', takesImages: true });
  });

  it('takes the context of Ollama that it was listed with', async () => {
    server.answerAlways(({ path }) => {
      if (path === '/api/tags') return json({ models: [{ model: 'qwen3:latest' }] });
      if (path === '/api/show')
        return json({ capabilities: ['completion'], model_info: { 'q.context_length': 4_096 } });
      return wireAnswer(ollamaWire, { text: ['yes'] });
    });
    const models = catalogue(provider({ id: 'ollama', api: 'ollama' }));
    expect(await models.check('ollama:qwen3')).toMatchObject({ works: true });
    expect(server.asked.at(-1)?.body).toMatchObject({ options: { num_ctx: 4_096 } });
  });

  it.each(['nobody:gpt', 'lab', 'lab:', ''])('is refused where there is none: "%s"', async (id) => {
    await expect(catalogue(provider()).open(id)).rejects.toMatchObject({ code: 'unknown-model' });
  });

  it('is checked by one tiny question, and says what is wrong', async () => {
    server.answer(openaiList, wireAnswer(completionWire({ isGroq: false }), { text: ['yes'] }));
    const models = catalogue(provider());
    expect(await models.check('lab:gpt-5.1')).toMatchObject({ works: true });
    server.answer(completionWire({ isGroq: false }).trouble('bad-key'));
    expect(await models.check('lab:gpt-5.1')).toEqual({
      works: false,
      code: 'bad-key',
      message: 'Lab does not know the key in LAB_KEY. Set a valid one.',
    });
    expect(await models.check('lab:')).toMatchObject({ works: false, code: 'unknown-model' });
  });

  it('I10: tells nobody its key, whatever the provider answers', async () => {
    const echo = { status: 400, headers: { 'content-type': 'application/json' } };
    server.answerAlways(() => ({ ...echo, frames: [JSON.stringify({ error: { message: `no ${KEY}` } })] }));
    const models = catalogue(provider());
    const told = [await models.list(), await models.check('lab:gpt-5.1'), await models.check('lab:')];
    expect(inspect(told, { depth: 20 })).not.toContain(KEY);
    expect(server.asked[0]?.headers['authorization']).toBe(`Bearer ${KEY}`);
  });
});
