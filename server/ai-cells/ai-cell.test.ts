import { describe, expect, test } from 'vitest';
import { isAiCell, parseAiCell } from './ai-cell.ts';

describe('a cell for a model', () => {
  test.each([
    ['%%ai\nHello', true],
    ['\n  %%ai openai:gpt\nHello', true],
    ['%%ai', true],
    ['%%ai\r\nHello', true],
    ['%%aint\nHello', false],
    ['# %%ai\nHello', false],
    ['x = 1\n%%ai\nHello', false],
  ])('%j', (code, is) => {
    expect(isAiCell(code)).toBe(is);
  });

  test.each([
    ['%%ai\nWhat?', { modelId: null, prompt: 'What?' }],
    ['%%ai ollama:qwen3:8b\r\nWhat?\r\nAnd why?', { modelId: 'ollama:qwen3:8b', prompt: 'What?\nAnd why?' }],
    [
      '%%ai groq:openai/gpt-oss-120b what is this?',
      { modelId: 'groq:openai/gpt-oss-120b', prompt: 'what is this?' },
    ],
    ['%%ai what is this?', { modelId: null, prompt: 'what is this?' }],
    ['%%ai explain:\n{x}', { modelId: null, prompt: 'explain:\n{x}' }],
    ['%%ai gpt-5\nWhat?', { problem: expect.stringContaining('PROVIDER:MODEL') as string }],
    ['%%ai openai:gpt-5\n \n', { problem: expect.stringContaining('Write what') as string }],
  ])('%j', (code, parsed) => {
    expect(parseAiCell(code)).toEqual(parsed);
  });
});
