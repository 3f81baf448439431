import { expect, it } from 'vitest';
import { canChat, isKnownToTakeImages, knownContextTokens } from './known-models.ts';

it.each([
  'gpt-5.1',
  'gpt-4o-mini',
  'o4-mini',
  'o3',
  'openai/gpt-5',
  'qwen2.5-vl-7b',
  'qwen3-vl:8b',
  'llava:7b',
  'gemma3:4b',
  'meta-llama/llama-4-scout-17b-16e-instruct',
  'anthropic/claude-sonnet-5',
  'llama3.2-vision',
])('knows that %s takes images', (name) => expect(isKnownToTakeImages(name)).toBe(true));

it.each([
  'gpt-3.5-turbo',
  'o3-mini',
  'openai/gpt-oss-120b',
  'qwen3:8b',
  'llama-3.3-70b-versatile',
  'gemma3:1b',
  'deepseek-r1',
  'mistral:7b',
])('does not believe it of %s', (name) => expect(isKnownToTakeImages(name)).toBe(false));

it('leaves out what cannot be talked to', () => {
  const names = [
    'gpt-5',
    'text-embedding-3-large',
    'whisper-large-v3',
    'gpt-image-1',
    'tts-1',
    'sora-2',
    'llama-guard-4',
    'nomic-embed-text',
  ];
  expect(names.filter(canChat)).toEqual(['gpt-5']);
});

it('knows the sizes of families that their provider does not tell', () => {
  expect(['gpt-4.1-mini', 'o3', 'qwen3'].map(knownContextTokens)).toEqual([1_047_576, 200_000, null]);
});
