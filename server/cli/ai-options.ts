import { z } from 'zod';
import { policySchema } from '../../ai-agent/approval.ts';
import { duration } from '../kernel-limits.ts';

const url = z
  .string('must be a URL')
  .refine(isPlainUrl, 'must be an http or https URL without a name and password in it');
const price = z.number('must be a number').nonnegative();

const modelSchema = z.strictObject({
  images: z.boolean().optional(),
  context: z.int('must be a whole number of tokens').positive().optional(),
  'input-price': price.optional(),
  'output-price': price.optional(),
});

const providerSchema = z.strictObject({
  name: z.string().min(1).optional(),
  api: z.enum(['openai', 'ollama', 'groq'], 'must be openai, ollama or groq').optional(),
  url: url.optional(),
  'key-variable': z.string().regex(/^\w+$/, 'must name a variable of the environment').optional(),
  'key-file': z.string().min(1).optional(),
  models: z.record(z.string().min(1), modelSchema).optional(),
});

/** The section `ai` of the configuration file: docs/ai.md. */
export const aiSchema = z.strictObject(
  {
    'default-model': z
      .string()
      .regex(/^[\w.-]+:./, 'must be PROVIDER:MODEL')
      .optional(),
    providers: z
      .record(z.string().regex(/^[\w.-]+$/, 'may only hold letters, digits, _ . -'), providerSchema)
      .optional(),
    /** What nobody may allow more freely. */
    limits: policySchema.optional(),
    /** So long an agent waits for an approval; for ever where it does not say. */
    'approvals-expire': duration.optional(),
  },
  'must be an object',
);

export type AiOptions = z.output<typeof aiSchema>;
export type ProviderOptions = z.output<typeof providerSchema>;

/** A name and password in a URL would be shown wherever the URL is; a key has its own place. */
export function isPlainUrl(text: string): boolean {
  const parsed = URL.parse(text);
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === ''
  );
}
