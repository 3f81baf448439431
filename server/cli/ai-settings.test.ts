import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aiSettings } from './ai-settings.ts';
import { CommandError } from './command-error.ts';
import { mergeOptions } from './merge-options.ts';
import { ollamaUrl } from './ollama-url.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fromFile(ai: unknown, environment: Record<string, string> = {}): ReturnType<typeof aiSettings> {
  const file = join(folder, 'in-the-loop.json');
  writeFileSync(file, JSON.stringify({ ai }));
  return aiSettings(mergeOptions({}, file, environment).ai ?? {}, environment);
}

describe('the models that may be asked', () => {
  it('are those of an Ollama on this machine where nothing is configured', () => {
    const { providers, defaultModel } = aiSettings({}, {});
    expect(providers).toMatchObject([
      { id: 'ollama', api: 'ollama', baseUrl: 'http://127.0.0.1:11434', key: null, isGuess: true },
    ]);
    expect(defaultModel).toBeNull();
  });

  it('are those of the variables that other tools read too', () => {
    const { providers } = aiSettings(
      {},
      {
        OPENAI_API_KEY: 'sk-1',
        OPENAI_BASE_URL: 'http://gpu:8000/v1/',
        GROQ_API_KEY: ' gsk-1\n',
        OLLAMA_HOST: 'box',
      },
    );
    expect(providers.map(({ id, baseUrl, key, isGuess }) => [id, baseUrl, key, isGuess])).toEqual([
      ['openai', 'http://gpu:8000/v1', 'sk-1', false],
      ['groq', 'https://api.groq.com', 'gsk-1', false],
      ['ollama', 'http://box:11434', null, false],
    ]);
  });

  it('come from the file, with keys by variable or by a file beside it', () => {
    writeFileSync(join(folder, 'key'), 'sk-of-a-file\n');
    const { providers, defaultModel } = fromFile(
      {
        'default-model': 'lab:qwen',
        providers: {
          lab: {
            name: 'Our vLLM',
            url: 'http://gpu:8000/v1',
            'key-file': 'key',
            models: { qwen: { images: true, context: 32768, 'input-price': 0.5 } },
          },
          openrouter: { url: 'https://openrouter.ai/api/v1', 'key-variable': 'OPENROUTER_API_KEY' },
        },
      },
      { OPENROUTER_API_KEY: 'sk-or' },
    );
    expect(defaultModel).toBe('lab:qwen');
    expect(providers).toMatchObject([
      { id: 'lab', name: 'Our vLLM', api: 'openai', key: 'sk-of-a-file', keyPlace: join(folder, 'key') },
      { id: 'openrouter', name: 'openrouter', key: 'sk-or', keyPlace: 'OPENROUTER_API_KEY', problem: null },
      { id: 'ollama', isGuess: true },
    ]);
    expect(providers[0]?.models.get('qwen')).toEqual({
      takesImages: true,
      contextTokens: 32768,
      inputPrice: 0.5,
      outputPrice: null,
    });
  });

  it('say what is wrong with a provider, and leave the others alone', () => {
    const { providers } = fromFile({
      providers: {
        nowhere: {},
        unset: { url: 'http://a/v1', 'key-variable': 'NOT_SET' },
        missing: { url: 'http://a/v1', 'key-file': 'no-such-file' },
      },
    });
    const [nowhere, unset, missing, ollama] = providers.map(({ problem }) => problem);
    expect(nowhere).toContain('has no address');
    expect(unset).toBe('The variable NOT_SET is not set.');
    expect(missing).toContain('no-such-file cannot be read (ENOENT)');
    expect(ollama).toBeNull();
  });

  it('are limited by what administrators say that agents may do', () => {
    expect(fromFile({}).limits).toEqual({ tools: {}, effects: {} });
    const limits = { effects: { runs: 'ask' }, tools: { install_package: 'never' } };
    expect(fromFile({ limits }).limits).toEqual(limits);
  });

  it('I10: shows no password that somebody put into an address', () => {
    const url = 'http://me:very-secret@gpu/v1';
    const { providers } = aiSettings({}, { OPENAI_BASE_URL: url, OLLAMA_HOST: 'http://me:very-secret@box' });
    expect(providers.map(({ problem }) => problem)).not.toContain(null);
    expect(JSON.stringify(providers)).not.toContain('very-secret');
    const refused = (): unknown => fromFile({ providers: { gpu: { url } } });
    expect(refused).toThrow(CommandError);
    expect(refused).not.toThrow('very-secret');
  });

  it.each([
    [{ providers: { 'a b': {} } }],
    [{ providers: { a: { api: 'telepathy' } } }],
    [{ 'default-model': 'qwen' }],
    [{ providers: { a: { key: 'sk-1' } } }],
    [{ limits: { effects: { runs: 'perhaps' } } }],
    [{ limits: { effects: { thinks: 'ask' } } }],
    ['ollama'],
  ])('refuses %j', (ai) => {
    expect(() => fromFile(ai)).toThrow(CommandError);
  });
});

it.each([
  ['', 'http://127.0.0.1:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  [':9000', 'http://127.0.0.1:9000'],
  ['box:9000', 'http://box:9000'],
  ['"box"', 'http://box:11434'],
  ['https://box.example/ollama/', 'https://box.example/ollama'],
])('reads OLLAMA_HOST=%s', (host, url) => {
  expect(ollamaUrl(host)).toBe(url);
});
