import { expect, it } from 'vitest';
import { recordedAnswer, summed } from '../../test/doubles/recorded-answer.ts';
import type { ChatModel } from '../chat-model.ts';
import type { ContentPart } from '../message.ts';
import { groqMessages } from './groq-messages.ts';
import { GroqProvider } from './groq-provider.ts';

function make(url: string): ChatModel {
  const endpoint = {
    name: 'Groq',
    baseUrl: url,
    key: null,
    keyPlace: null,
    remedy: '',
    silenceLimit: 20_000,
  };
  return new GroqProvider('groq', endpoint).model('m', { takesImages: false, contextTokens: null });
}
const heard = async (name: string): Promise<object> =>
  summed(await recordedAnswer(import.meta.dirname, name, make));

it('reads the thinking, the call and the usage that Groq adds', async () => {
  expect(await heard('reasoning-and-call')).toEqual({
    reasoning: 'I read it.',
    text: '',
    calls: ['read_cell {"cell":"a"}'],
    finish: 'tool-calls',
    usage: [140, 40, 128],
  });
});

it('lets a model try again that wrote a call which Groq cannot read', async () => {
  await expect(heard('error-in-stream')).rejects.toMatchObject({
    code: 'unreadable-answer',
    isRetryable: true,
  });
});

it('sends the newest five images, and says what the others were', () => {
  const image = (number: number): ContentPart => ({
    type: 'image',
    mediaType: 'image/png',
    data: `AA${number}=`,
    description: `plot ${number}`,
  });
  const content = [1, 2, 3, 4].map(image);
  const messages = [
    { role: 'user', content },
    { role: 'user', content: [5, 6, 7].map(image) },
  ] as const;
  const [sent] = groqMessages({ instructions: '', messages, tools: [] }, true);
  const parts = sent?.content as { text?: string; image_url?: { url: string } }[];
  expect(parts.map(({ text, image_url: url }) => text ?? url?.url.at(-2))).toEqual([
    '[Image: plot 1]',
    '[Image: plot 2]',
    ...['3', '4', '5', '6', '7'],
  ]);
});
