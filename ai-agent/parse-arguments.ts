import { z } from 'zod';
import { repairJson } from './repair-json.ts';

export type ParsedArguments = { readonly value: unknown } | { readonly problem: string };

/** What a model wrote as arguments, as the schema has them; or, for the model, what is wrong with them. */
export function parseArguments(schema: z.ZodType, text: string): ParsedArguments {
  const json = readJson(text.trim() === '' ? '{}' : text);
  if ('problem' in json) return json;
  // Some models encode their arguments twice.
  const unwrapped = typeof json.value === 'string' ? readJson(json.value) : json;
  const written = 'problem' in unwrapped ? json.value : unwrapped.value;
  const first = schema.safeParse(written);
  if (first.success) return { value: first.data };
  const second = schema.safeParse(adapted(written, first.error));
  if (second.success) return { value: second.data };
  return { problem: `The arguments do not fit:\n${z.prettifyError(first.error)}` };
}

function readJson(text: string): ParsedArguments {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // It is read once more below, as what the model probably meant.
  }
  try {
    return { value: JSON.parse(repairJson(text)) as unknown };
  } catch (error) {
    return { problem: `The arguments are not JSON: ${error instanceof Error ? error.message : ''}` };
  }
}

/**
 * A number, a flag, a list or an object that was written as a string is taken for what it says, and null for nothing said. Only where
 * the schema complained: the rest stays as it is.
 */
function adapted(written: unknown, { issues }: z.ZodError): unknown {
  const copy: unknown = structuredClone(written);
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') continue;
    const key = issue.path.at(-1);
    const owner = issue.path.slice(0, -1).reduce<unknown>(member, copy);
    if (key === undefined || typeof key === 'symbol' || !isRecord(owner)) continue;
    const value = owner[key];
    if (value === null) {
      if (!Array.isArray(owner)) delete owner[key];
    } else if (typeof value === 'string') {
      const read = readJson(value);
      if ('value' in read && typeof read.value !== 'string') owner[key] = read.value;
    }
  }
  return copy;
}

function member(owner: unknown, key: PropertyKey): unknown {
  return isRecord(owner) && Object.hasOwn(owner, key) ? owner[key as string] : undefined;
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
