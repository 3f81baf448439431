import { z } from 'zod';
import type { ContentPart } from '../../ai-agent/message.ts';
import { asData, openingMark } from '../../ai-agent/notebook-prompt/data-label.ts';
import { bundleContent } from '../../ai-agent/notebook-prompt/output-content.ts';

const NAME = /\{([\p{L}_][\p{L}\p{N}_]*)\}/gu;
/** So short a value stands where it is named. */
const SHORT = 200;
const MOST_NAMES = 20;
const ROOM = { characters: 8_000, tableRows: 40, tableColumns: 30, imageCharacters: 4_000_000 };

const expressionSchema = z.object({ status: z.literal('ok'), data: z.record(z.string(), z.unknown()) });
const replySchema = z.object({ user_expressions: z.record(z.string(), z.unknown()) });

/** The names in braces of a prompt, each once. */
export function namesIn(prompt: string): string[] {
  return [...new Set([...prompt.matchAll(NAME)].map(([, name]) => name ?? ''))].slice(0, MOST_NAMES);
}

/** What asks a kernel for their values: it shows each as it would below a cell, since the person wants them told. */
export function valuesRequest(names: readonly string[]): {
  readonly channel: 'shell';
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
} {
  const content = {
    code: '',
    silent: true,
    store_history: false,
    user_expressions: Object.fromEntries(names.map((name) => [name, name])),
    allow_stdin: false,
    stop_on_error: false,
  };
  return { channel: 'shell', type: 'execute_request', content };
}

/**
 * The prompt with the values in it: a short one in its place, any other behind. A name that the kernel does not know
 * stays as it is written, for braces are also code.
 * @param reply of the kernel to `valuesRequest`
 */
export function promptWithValues(
  prompt: string,
  names: readonly string[],
  reply: Readonly<Record<string, unknown>>,
): ContentPart[] {
  const parsed = replySchema.safeParse(reply);
  const expressions = parsed.success ? parsed.data.user_expressions : {};
  const inPlace = new Map<string, string>();
  const behind: ContentPart[] = [];
  for (const name of names) {
    const value = expressionSchema.safeParse(expressions[name]);
    if (!value.success) continue;
    const content = bundleContent(value.data.data, ROOM, {});
    const [only] = content;
    if (
      content.length === 1 &&
      only?.type === 'text' &&
      only.text.length <= SHORT &&
      !only.text.includes('\n')
    ) {
      inPlace.set(name, withoutQuotes(only.text));
      continue;
    }
    behind.push(
      { type: 'text', text: openingMark('variable', { name }) },
      ...content.map((part) => (part.type === 'text' ? { ...part, text: asData(part.text) } : part)),
      { type: 'text', text: '</variable>' },
    );
  }
  const text = prompt.replaceAll(NAME, (found, name: string) => inPlace.get(name) ?? found);
  return [...behind, { type: 'text', text }];
}

/** Of a text, as Python shows one that needs no backslash. */
function withoutQuotes(shown: string): string {
  return /^'[^'\\]*'$/.test(shown) ? shown.slice(1, -1) : shown;
}
