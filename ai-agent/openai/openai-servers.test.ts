import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completionWire } from '../../test/doubles/completion-wire.ts';
import { ModelServer } from '../../test/doubles/model-server.ts';
import { wireAnswer } from '../../test/doubles/model-wire.ts';
import { recordedAnswer, summed } from '../../test/doubles/recorded-answer.ts';
import type { ChatModel } from '../chat-model.ts';
import { OpenaiProvider } from './openai-provider.ts';

function make(url: string): ChatModel {
  const endpoint = { name: 'Lab', baseUrl: url, key: null, keyPlace: null, remedy: '', silenceLimit: 20_000 };
  return new OpenaiProvider('lab', endpoint).model('m', { takesImages: false, contextTokens: null });
}
const heard = async (name: string): Promise<object> =>
  summed(await recordedAnswer(import.meta.dirname, name, make));
const readsBoth = ['read_cell {"cell":"a"}', 'read_cell {"cell":"b"}'];

describe('an answer of', () => {
  it('OpenAI: calls side by side, the usage at the end', async () => {
    expect(await heard('openai-parallel-calls')).toEqual({
      reasoning: '',
      text: '',
      calls: ['read_cell {"cell": "a"}', 'read_cell {"cell": "b"}'],
      finish: 'tool-calls',
      usage: [1200, 44, 1024],
    });
  });

  it('OpenRouter: comments that keep it alive, the usage beside an empty piece', async () => {
    const expected = { reasoning: 'Look', text: 'Done.', calls: [], finish: 'stop', usage: [10, 5, 0] };
    expect(await heard('openrouter-keep-alive')).toEqual(expected);
  });

  it('OpenRouter: an error of the provider behind it', async () => {
    const error = {
      code: 'rate-limited',
      message: expect.stringContaining('upstream is rate-limited') as string,
    };
    await expect(heard('openrouter-error')).rejects.toMatchObject(error);
  });

  it('Gemini: one index for all calls, and "stop"', async () => {
    expect(await heard('gemini-same-index')).toMatchObject({
      calls: readsBoth,
      finish: 'tool-calls',
      usage: [90, 40, 0],
    });
  });

  it('Ollama: no index, "stop" and no usage', async () => {
    expect(await heard('ollama-no-index')).toMatchObject({
      calls: readsBoth,
      finish: 'tool-calls',
      usage: null,
    });
  });

  it('vLLM: a new id with each piece, its thinking apart', async () => {
    const calls = ['read_cell {"cell": "a"}'];
    expect(await heard('vllm-new-ids')).toMatchObject({
      reasoning: 'I read it.',
      calls,
      finish: 'tool-calls',
    });
  });

  it('a server that says nothing but the call, as an object', async () => {
    expect(await heard('no-finish-reason')).toMatchObject({
      calls: ['read_cell {"cell":"a"}'],
      finish: 'tool-calls',
    });
  });

  it('Mistral: parts instead of a text', async () => {
    expect(await heard('mistral-parts')).toMatchObject({
      reasoning: 'Hm.',
      text: 'Done.',
      usage: [10, 5, 0],
    });
  });

  it('LM Studio: an error as an event', async () => {
    const error = { code: 'server-failed', message: expect.stringContaining('has crashed') as string };
    await expect(heard('lm-studio-error')).rejects.toMatchObject(error);
  });
});

describe('a server that does not know stream_options', () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await ModelServer.start();
  });
  afterEach(() => server.close());

  it('is asked again without, and from then on', async () => {
    const refusal = {
      status: 422,
      frames: [
        JSON.stringify({
          detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }],
        }),
      ],
    };
    const answer = wireAnswer(completionWire({ isGroq: false }), { text: ['Hi'] });
    server.answer(refusal, answer, answer);
    const model = make(server.url);
    for (let question = 0; question < 2; question += 1) {
      const pieces = model.ask({ instructions: '', messages: [], tools: [] }, new AbortController().signal);
      expect((await pieces[Symbol.asyncIterator]().next()).value).toEqual({ type: 'text', text: 'Hi' });
    }
    expect(server.asked.map(({ body }) => 'stream_options' in (body ?? {}))).toEqual([true, false, false]);
  });
});
