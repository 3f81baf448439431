import { expect, it } from 'vitest';
import { recordedAnswer, summed } from '../../test/doubles/recorded-answer.ts';
import type { ChatModel } from '../chat-model.ts';
import { OllamaProvider } from './ollama-provider.ts';

function make(url: string): ChatModel {
  const endpoint = {
    name: 'Ollama',
    baseUrl: url,
    key: null,
    keyPlace: null,
    remedy: '',
    silenceLimit: 20_000,
  };
  return new OllamaProvider('ollama', endpoint).model('m', { takesImages: false, contextTokens: null });
}

it('reads thinking, and calls that are whole objects, with an id or without', async () => {
  const chunks = await recordedAnswer(import.meta.dirname, 'thinking-and-calls', make);
  expect(summed(chunks)).toEqual({
    reasoning: 'I read both.',
    text: '',
    calls: ['read_cell {"cell":"a"}', 'read_cell {"cell":"b","lines":[1,2]}'],
    finish: 'tool-calls',
    usage: [180, 60, 0],
  });
  const ids = chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.callId] : []));
  expect(ids).toEqual(['call_k3', expect.stringMatching(/^\w{9}$/)]);
});

it('says that its runner died', async () => {
  const answer = recordedAnswer(import.meta.dirname, 'runner-died', make);
  await expect(answer).rejects.toMatchObject({ code: 'server-failed', isRetryable: true });
});
