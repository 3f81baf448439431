import { expect, it } from 'vitest';
import { chatErrorOf } from './chat-error-of.ts';
import type { ModelSettings } from './provider-endpoint.ts';
import type { ProviderFailure } from './provider-failure.ts';

const settings: ModelSettings = {
  providerId: 'lab',
  modelName: 'tiny',
  takesImages: false,
  contextTokens: null,
  endpoint: {
    name: 'Lab',
    baseUrl: 'http://lab/v1',
    key: 'sk-1',
    keyPlace: 'LAB_KEY',
    remedy: 'Start it.',
    silenceLimit: 1_000,
  },
};
const status = (code: number, body: unknown): ProviderFailure => ({
  kind: 'status',
  status: code,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isWebPage: false,
  retryAfter: null,
});
const error = (message: string, more: object = {}): object => ({ error: { message, ...more } });

it.each<[string, number, unknown, string]>([
  [
    'llama.cpp',
    400,
    error('the request exceeds the available context size, try increasing it', {
      code: 400,
      type: 'exceed_context_size_error',
      n_ctx: 2048,
    }),
    'context-overflow',
  ],
  [
    'vLLM',
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 1000 tokens. However, you requested 1500 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
    'context-overflow',
  ],
  [
    'OpenRouter',
    400,
    error("This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens", {
      code: 400,
    }),
    'context-overflow',
  ],
  [
    'xAI',
    400,
    {
      code: 'x',
      error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    },
    'context-overflow',
  ],
  [
    'LM Studio',
    400,
    {
      error:
        'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough',
    },
    'context-overflow',
  ],
  [
    'OpenAI, over the limit a minute by one request',
    429,
    error('Request too large for gpt-5.1 on tokens per min (TPM): Limit 30000, Requested 50000.', {
      type: 'tokens',
      code: 'rate_limit_exceeded',
    }),
    'context-overflow',
  ],
  ['OpenRouter', 402, error('Insufficient credits. Add more.', { code: 402 }), 'out-of-credit'],
  ['DeepSeek', 402, error('Insufficient Balance', { code: 'invalid_request_error' }), 'out-of-credit'],
  ['OpenRouter', 400, error('foo/bar is not a valid model ID', { code: 400 }), 'unknown-model'],
  [
    'vLLM',
    404,
    { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 },
    'unknown-model',
  ],
  [
    'LM Studio',
    404,
    {
      error: {
        message: 'No models loaded. Please load a model in the developer page.',
        code: 'model_not_found',
      },
    },
    'unknown-model',
  ],
  [
    'Groq',
    400,
    error('The model `mixtral` has been decommissioned and is no longer supported.', {
      code: 'model_decommissioned',
    }),
    'unknown-model',
  ],
  [
    'llama.cpp with --api-key',
    401,
    error('Invalid API Key', { code: 401, type: 'authentication_error' }),
    'bad-key',
  ],
  ['OpenAI', 403, error('Project does not have access to model', { code: 'forbidden' }), 'bad-key'],
  ['a wrong address', 404, 'Not Found', 'refused'],
  ['Ollama', 400, { error: 'registry.ollama.ai/library/gemma:2b does not support tools' }, 'refused'],
  [
    'vLLM',
    400,
    {
      object: 'error',
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      code: 400,
    },
    'refused',
  ],
  [
    'llama.cpp',
    500,
    error('image input is not supported - hint: if this is unexpected, you may need to provide the mmproj', {
      code: 500,
      type: 'server_error',
    }),
    'refused',
  ],
  ['llama.cpp', 503, error('Loading model', { code: 503, type: 'unavailable_error' }), 'server-failed'],
  ['Cloudflare', 524, 'timeout', 'server-failed'],
])('understands %s (%i): %j', (_server, code, body, expected) => {
  expect(chatErrorOf(status(code, body), settings).code).toBe(expected);
});

it('does not ask again for a model that does not fit into memory', () => {
  const body = { error: 'model requires more system memory (12.0 GiB) than is available (7.1 GiB)' };
  const failed = chatErrorOf(status(500, body), settings);
  expect(failed).toMatchObject({ code: 'server-failed', isRetryable: false });
  expect(failed.message).toContain('12.0 GiB');
});

it('reads how long to wait in the words, where no header says it', () => {
  const body = error('Rate limit reached. Please try again in 1m2s.', { code: 'rate_limit_exceeded' });
  expect(chatErrorOf(status(429, body), settings).retryAfter).toBe(62_000);
});

it('says what to do', () => {
  const message = (failure: ProviderFailure): string => chatErrorOf(failure, settings).message;
  expect(message({ kind: 'no-connection', code: 'ECONNREFUSED' })).toBe(
    'Lab does not answer at http://lab/v1 (nothing listens there). Start it.',
  );
  expect(message(status(401, ''))).toBe('Lab does not know the key in LAB_KEY. Set a valid one.');
  const keyless = { ...settings, endpoint: { ...settings.endpoint, key: null } };
  expect(chatErrorOf(status(401, ''), keyless).message).toBe('Lab asks for a key. Set it in LAB_KEY.');
});

it('shows the beginning of long words, on one line', () => {
  const { message } = chatErrorOf(status(400, error(`no\n${'x'.repeat(5_000)}`)), settings);
  expect(message.length).toBeLessThan(400);
  expect(message).not.toContain('\n');
});
