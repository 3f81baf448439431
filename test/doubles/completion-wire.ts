import type { ModelWire, SaidByModel, Trouble } from './model-wire.ts';
import type { WireAnswer } from './model-server.ts';

interface MessageOnWire {
  readonly role: string;
  readonly content:
    string | null | readonly { readonly text?: string; readonly image_url?: { readonly url: string } }[];
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

const event = (data: object | string): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** OpenAI's chat completions; Groq's own additions where `isGroq`. */
export function completionWire({ isGroq }: { readonly isGroq: boolean }): ModelWire {
  const base = { id: 'chatcmpl-9', object: 'chat.completion.chunk', created: 1_763_000_000, model: 'tiny' };
  const delta = (fields: object, finish: string | null = null): object => ({
    ...base,
    choices: [{ index: 0, delta: fields, logprobs: null, finish_reason: finish }],
  });
  return {
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    frames(said) {
      const calls = said.calls ?? [];
      const usage = usageOf(said);
      const finish = said.finish === 'length' ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop';
      return [
        event(delta({ role: 'assistant', content: '' })),
        ...(said.reasoning ?? []).map((text) =>
          event(delta(isGroq ? { reasoning: text } : { reasoning_content: text })),
        ),
        ...(said.text ?? []).map((text) => event(delta({ content: text }))),
        ...calls.flatMap((call, index) =>
          callFrames(call, index).map((piece) => event(delta({ tool_calls: [piece] }))),
        ),
        event({ ...delta({}, finish), ...(isGroq ? { x_groq: { id: 'req_9', usage } } : {}) }),
        ...(isGroq ? [] : [event({ ...base, choices: [], usage })]),
        event('[DONE]'),
      ];
    },
    trouble: (trouble) => (isGroq ? groqTrouble : openaiTrouble)(trouble),
    saidTrouble: (message) => event({ error: { message, type: 'server_error', code: null } }),
    spoken: (body) => (body['messages'] as MessageOnWire[]).map(spokenLine),
  };
}

function usageOf({ inputTokens = 11, outputTokens = 7 }: SaidByModel): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

/** The arguments in three pieces, one of them cut within a string. */
function callFrames(call: NonNullable<SaidByModel['calls']>[number], index: number): object[] {
  const text = JSON.stringify(call.arguments);
  const third = Math.ceil(text.length / 3);
  const pieces = [text.slice(0, third), text.slice(third, 2 * third), text.slice(2 * third)];
  return [
    { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } },
    ...pieces.map((piece) => ({ index, function: { arguments: piece } })),
  ];
}

function spokenLine({ role, content, tool_calls: calls = [], tool_call_id: id }: MessageOnWire): string {
  const parts =
    typeof content === 'string'
      ? [content]
      : (content ?? []).map(({ text, image_url: image }) => text ?? `<image ${image?.url.slice(0, 30)}>`);
  const asked = calls.map((call) => `<${call.function.name} ${call.function.arguments}>`);
  return `${role}${id === undefined ? '' : ` ${id}`}: ${[...parts, ...asked].join(' ')}`;
}

function failed(status: number, error: object, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    frames: [JSON.stringify({ error })],
  };
}

function openaiTrouble(trouble: Trouble): WireAnswer {
  switch (trouble) {
    case 'bad-key':
      return failed(401, {
        message: 'Incorrect API key provided: sk-proj-very-secret.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      });
    case 'unknown-model':
      return failed(404, {
        message: 'The model `tiny` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
      });
    case 'context-overflow':
      return failed(400, {
        message:
          "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      });
    case 'rate-limited':
      return failed(
        429,
        {
          message:
            'Rate limit reached for tiny in organization org-1 on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
          type: 'requests',
          param: null,
          code: 'rate_limit_exceeded',
        },
        { 'retry-after-ms': '7000' },
      );
    case 'out-of-credit':
      return failed(429, {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        param: null,
        code: 'insufficient_quota',
      });
    case 'server-failed':
      return failed(503, {
        message: 'The engine is currently overloaded, please try again later.',
        type: 'server_error',
        param: null,
        code: null,
      });
    case 'refused':
      return failed(400, {
        message: "Invalid value: 'wizard'.",
        type: 'invalid_request_error',
        param: 'messages[0].role',
        code: 'invalid_value',
      });
    default:
      return trouble satisfies never;
  }
}

function groqTrouble(trouble: Trouble): WireAnswer {
  switch (trouble) {
    case 'bad-key':
      return failed(401, {
        message: 'Invalid API Key',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      });
    case 'context-overflow':
      return failed(413, {
        message:
          'Request too large for model `tiny` in organization `org_1` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 9001, please reduce your message size and try again.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      });
    case 'rate-limited':
      return failed(429, {
        message:
          'Rate limit reached for model `tiny` in organization `org_1` on tokens per minute (TPM): Limit 6000, Used 5900, Requested 500. Please try again in 7s.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      });
    case 'out-of-credit':
      return failed(402, {
        message: 'Payment required',
        type: 'invalid_request_error',
        code: 'payment_required',
      });
    case 'server-failed':
      return failed(498, {
        message: 'Flex tier capacity exceeded',
        type: 'server_error',
        code: 'capacity_exceeded',
      });
    case 'unknown-model':
    case 'refused':
      return openaiTrouble(trouble);
    default:
      return trouble satisfies never;
  }
}
