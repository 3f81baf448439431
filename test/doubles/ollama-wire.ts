import type { WireAnswer } from './model-server.ts';
import type { ModelWire, Trouble } from './model-wire.ts';

interface MessageOnWire {
  readonly role: string;
  readonly content: string;
  readonly images?: readonly string[];
  readonly tool_name?: string;
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: object };
  }[];
}

const line = (data: object): string => `${JSON.stringify(data)}\n`;
const base = { model: 'tiny', created_at: '2026-11-21T12:00:00.000000000Z' };
const piece = (message: object): string =>
  line({ ...base, message: { role: 'assistant', content: '', ...message }, done: false });

/** Ollama's own chat API: a line of JSON a piece. */
export const ollamaWire: ModelWire = {
  headers: { 'content-type': 'application/x-ndjson' },
  frames: ({
    reasoning = [],
    text = [],
    calls = [],
    finish = 'stop',
    inputTokens = 11,
    outputTokens = 7,
  }) => [
    ...reasoning.map((thinking) => piece({ thinking })),
    ...text.map((content) => piece({ content })),
    ...calls.map(({ id, name, arguments: given }) =>
      piece({
        tool_calls: [{ ...(id === '' ? {} : { id }), function: { index: 0, name, arguments: given } }],
      }),
    ),
    line({
      ...base,
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: finish,
      total_duration: 5_000_000,
      load_duration: 1_000_000,
      prompt_eval_count: inputTokens,
      prompt_eval_duration: 1_000_000,
      eval_count: outputTokens,
      eval_duration: 2_000_000,
    }),
  ],
  trouble,
  saidTrouble: (message) => line({ error: message }),
  spoken: (body) => (body['messages'] as MessageOnWire[]).map(spokenLine),
};

function spokenLine({
  role,
  content,
  images = [],
  tool_name: tool,
  tool_calls: calls = [],
}: MessageOnWire): string {
  const parts = [
    ...(content === '' ? [] : [content]),
    ...images.map((image) => `<image ${image.slice(0, 30)}>`),
    ...calls.map((call) => `<${call.function.name} ${JSON.stringify(call.function.arguments)}>`),
  ];
  return `${role}${tool === undefined ? '' : ` ${tool}`}: ${parts.join(' ')}`;
}

function failed(status: number, error: string, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    frames: [JSON.stringify({ error })],
  };
}

function trouble(which: Trouble): WireAnswer {
  switch (which) {
    case 'bad-key':
      return failed(401, 'unauthorized');
    case 'unknown-model':
      return failed(404, 'model "tiny" not found, try pulling it first');
    case 'context-overflow':
      return failed(400, 'the input length exceeds the context length');
    case 'rate-limited':
      return failed(429, 'too many requests', { 'retry-after': '7' });
    case 'out-of-credit':
      return failed(402, 'payment required: you have reached your weekly usage limit');
    case 'server-failed':
      return failed(503, 'server busy, please try again.  maximum pending requests exceeded');
    case 'refused':
      return failed(400, 'invalid role: "wizard"');
    default:
      return which satisfies never;
  }
}
