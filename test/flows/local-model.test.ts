import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatChunk, ChatModel, ChatRequest } from '../../ai-agent/chat-model.ts';
import type { Message } from '../../ai-agent/message.ts';
import { OpenaiProvider } from '../../ai-agent/openai/openai-provider.ts';
import { startLlamaServer, type LlamaServer } from '../models/llama-server.ts';
import { TINY_CALL, TINY_TEXT } from '../models/tiny-model.ts';

const tool = {
  name: 'add_cell',
  description: 'Adds cells.',
  argumentsSchema: {
    type: 'object',
    properties: { n: { type: 'integer' }, kind: { type: 'string' } },
    required: ['n', 'kind'],
  },
};
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const neverAborted = new AbortController().signal;

describe('a real llama.cpp server', () => {
  let server: LlamaServer;
  let provider: OpenaiProvider;
  let model: ChatModel;
  beforeAll(async () => {
    server = await startLlamaServer();
    const endpoint = {
      name: 'llama.cpp',
      baseUrl: server.baseUrl,
      key: null,
      keyPlace: null,
      remedy: 'Start it.',
      silenceLimit: 60_000,
    };
    provider = new OpenaiProvider('llama', endpoint);
    model = provider.model('tiny.gguf', { takesImages: false, contextTokens: 2_048 });
  });
  afterAll(() => server.close());

  async function ask(request: Partial<ChatRequest>): Promise<ChatChunk[]> {
    const chunks: ChatChunk[] = [];
    const whole = { instructions: 'You help.', messages: [user('Hello')], tools: [], ...request };
    for await (const chunk of model.ask(whole, neverAborted)) chunks.push(chunk);
    return chunks;
  }
  const textOf = (chunks: readonly ChatChunk[]): string =>
    chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');

  test('lists its model, with its context', async () => {
    expect(await provider.list(neverAborted)).toEqual([
      { name: 'tiny.gguf', takesImages: false, takesTools: null, contextTokens: 2_048 },
    ]);
  });

  test('streams an answer, and says what it took', async () => {
    const chunks = await ask({});
    expect(textOf(chunks)).toBe(TINY_TEXT);
    expect(chunks.length).toBeGreaterThan(2);
    const last = chunks.at(-1);
    expect(last).toMatchObject({ type: 'finish', reason: 'stop', usage: { outputTokens: 6 } });
    expect(last?.type === 'finish' && (last.usage?.inputTokens ?? 0) > 0).toBe(true);
  });

  test('calls a tool, and goes on with its result', async () => {
    const chunks = await ask({ tools: [tool] });
    const call = chunks.find((chunk) => chunk.type === 'tool-call');
    if (call === undefined) throw new Error('it called no tool');
    expect(call.toolName).toBe(TINY_CALL.name);
    expect(JSON.parse(call.argumentsText)).toEqual(TINY_CALL.arguments);
    expect(chunks.at(-1)).toMatchObject({ reason: 'tool-calls' });
    const messages: Message[] = [
      user('Hello'),
      { role: 'assistant', content: [call] },
      {
        role: 'tool',
        callId: call.callId,
        toolName: call.toolName,
        content: [{ type: 'text', text: 'added' }],
        isError: false,
      },
    ];
    const next = await ask({ tools: [tool], messages });
    expect(textOf(next)).toBe(TINY_TEXT);
  });

  test('takes back a call that was no JSON', async () => {
    const call = { type: 'tool-call', callId: 'c', toolName: 'add_cell', argumentsText: '{"n": 1,' } as const;
    const messages: Message[] = [
      user('Hello'),
      { role: 'assistant', content: [call] },
      {
        role: 'tool',
        callId: 'c',
        toolName: 'add_cell',
        content: [{ type: 'text', text: 'no JSON' }],
        isError: true,
      },
    ];
    expect(textOf(await ask({ tools: [tool], messages }))).toBe(TINY_TEXT);
  });

  test('refuses a question that is too long, in words that are understood', async () => {
    const long = ask({ messages: [user('words and more words, '.repeat(400))] });
    await expect(long).rejects.toMatchObject({ code: 'context-overflow', isRetryable: false });
  });

  test('takes the next question after one that was given up', async () => {
    for await (const chunk of model.ask(
      { instructions: '', messages: [user('Hi')], tools: [] },
      neverAborted,
    )) {
      expect(chunk.type).toBe('text');
      break;
    }
    expect(textOf(await ask({}))).toBe(TINY_TEXT);
  });
});
