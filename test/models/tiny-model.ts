import { GgufWriter } from './gguf-writer.ts';

/** The tool that the model always calls, with these arguments. */
export const TINY_CALL = { name: 'add_cell', arguments: { n: 1, kind: 'code' } } as const;
export const TINY_TEXT = 'Hello from a tiny model';

const CONTEXT = 2_048;
const BEGIN = '<|im_start|>';
const END = '<|im_end|>';
const SAYS = `${BEGIN}assistant\n`;
/** The template ends in one of these, and the model goes on with what belongs to it. */
const SPEAKS = `${SAYS}<|text|>`;

const CALL = [
  '<tool_call>',
  `{"name":"${TINY_CALL.name}",`,
  '"arguments":{"n":1,',
  '"kind":"code"}}',
  '</tool_call>',
];
const TEXT = ['Hello', ' from', ' a', ' tiny', ' model'];
/** It calls when it has tools and was not answered by one; it speaks otherwise. */
const TEMPLATE = [
  '{% if tools %}<|im_start|>system\nTools: {{ tools | tojson }}<|im_end|>\n{% endif %}',
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}',
  '{% if m.tool_calls %}{% for t in m.tool_calls %}<tool_call>{{ t.function | tojson }}</tool_call>{% endfor %}{% endif %}',
  '<|im_end|>\n{% endfor %}',
  '{% if add_generation_prompt %}<|im_start|>assistant\n',
  "{% if not tools or messages[-1].role == 'tool' %}<|text|>{% endif %}{% endif %}",
].join('');

const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/**
 * A llama of one layer that computes nothing: each token's embedding is a place of its own, and the output matrix is a table of which
 * token follows which. It shows that a real server's wire and parsing are understood, and nothing of quality.
 */
export function tinyModel(): Buffer {
  const tokens: { readonly text: string; readonly type: number }[] = [
    { text: '<unk>', type: UNKNOWN },
    { text: '<s>', type: CONTROL },
    { text: '</s>', type: CONTROL },
    { text: BEGIN, type: CONTROL },
    { text: END, type: CONTROL },
  ];
  for (let byte = 0; byte < 256; byte += 1) {
    tokens.push({ text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, type: BYTE });
  }
  for (let code = 32; code < 127; code += 1) {
    // A space as SentencePiece writes it.
    tokens.push({ text: code === 32 ? '\u2581' : String.fromCharCode(code), type: NORMAL });
  }
  // These are matched and printed as they are.
  const add = (text: string): number => tokens.push({ text, type: USER_DEFINED }) - 1;
  const [says, speaks] = [add(SAYS), add(SPEAKS)];
  const [call, text] = [CALL.map(add), TEXT.map(add)];
  const end = 4;

  const count = tokens.length;
  const width = Math.ceil(count / 32) * 32;
  const embedding = new Float32Array(count * width);
  for (let token = 0; token < count; token += 1) embedding[token * width + token] = 1;
  const output = new Float32Array(count * width);
  for (const sequence of [
    [says, ...call, end],
    [speaks, ...text, end],
  ]) {
    for (const [at, token] of sequence.slice(0, -1).entries()) {
      output[(sequence[at + 1] ?? end) * width + token] = 2;
    }
  }

  const feedForward = 32;
  const ones = new Float32Array(width).fill(1);
  const zeros = (size: number): Float32Array => new Float32Array(size);
  const file = new GgufWriter();
  file.text('general.architecture', 'llama').text('general.name', 'tiny').count('general.file_type', 0);
  file.count('llama.context_length', CONTEXT).count('llama.embedding_length', width);
  file.count('llama.block_count', 1).count('llama.feed_forward_length', feedForward);
  file.count('llama.attention.head_count', 4).count('llama.attention.head_count_kv', 4);
  file.count('llama.rope.dimension_count', width / 4).count('llama.vocab_size', count);
  file.number('llama.attention.layer_norm_rms_epsilon', 1e-5);
  file.text('tokenizer.ggml.model', 'llama');
  file.texts(
    'tokenizer.ggml.tokens',
    tokens.map((token) => token.text),
  );
  file.numbers(
    'tokenizer.ggml.scores',
    tokens.map(() => 0),
  );
  file.integers(
    'tokenizer.ggml.token_type',
    tokens.map((token) => token.type),
  );
  file.count('tokenizer.ggml.bos_token_id', 1).count('tokenizer.ggml.eos_token_id', end);
  file.count('tokenizer.ggml.unknown_token_id', 0);
  file.flag('tokenizer.ggml.add_bos_token', true).flag('tokenizer.ggml.add_space_prefix', false);
  file.text('tokenizer.chat_template', TEMPLATE);

  file.tensor('token_embd.weight', [width, count], embedding);
  file.tensor('output_norm.weight', [width], ones);
  file.tensor('output.weight', [width, count], output);
  for (const name of ['attn_norm', 'ffn_norm']) file.tensor(`blk.0.${name}.weight`, [width], ones);
  for (const name of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) {
    file.tensor(`blk.0.${name}.weight`, [width, width], zeros(width * width));
  }
  for (const name of ['ffn_gate', 'ffn_up']) {
    file.tensor(`blk.0.${name}.weight`, [width, feedForward], zeros(width * feedForward));
  }
  file.tensor('blk.0.ffn_down.weight', [feedForward, width], zeros(width * feedForward));
  return file.bytes();
}
