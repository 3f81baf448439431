import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';

const schema = z.strictObject({
  question: z.string().min(1).max(4_000),
  choices: z
    .array(z.string().min(1).max(200))
    .max(8)
    .default([])
    .describe('Answers to choose from, if there are such.'),
});

export const askPerson: Tool<z.infer<typeof schema>> = {
  name: 'ask_person',
  description:
    'Asks the person something and waits for their answer. Only where you cannot go on without it, and cannot find it out yourself.',
  effect: 'reads',
  schema,
  timeLimit: 30_000,
  isRepeatable: true,
  alwaysAsks: true,
  preview: ({ question, choices }) =>
    Promise.resolve({ kind: 'question', text: question, ...(choices.length > 0 && { choices }) }),
  use(_question, { remark }) {
    const text = remark ?? 'They say yes, and nothing else.';
    return Promise.resolve({ content: [{ type: 'text', text }], isError: false, details: null });
  },
};
