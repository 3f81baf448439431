import { z } from 'zod';
import type { JsonObject, NbformatOutput, RichOutput } from './nbformat-output.ts';

const jsonObjectSchema = z.record(z.string(), z.unknown());
const streamSchema = z.object({ name: z.string(), text: z.string() });
const displaySchema = z.object({ data: jsonObjectSchema, metadata: jsonObjectSchema });
const resultSchema = displaySchema.extend({ execution_count: z.int() });
const errorSchema = z.object({ ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) });

/** Only a kernel writes a list here: nbformat's way to store long texts, which JupyterLab joins as lines (W4). */
const storedStreamSchema = z.object({
  name: z.string(),
  text: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join('\n'))]),
});

/** What a `stream` message says. */
export interface PrintedText {
  readonly name: string;
  readonly text: string;
}

/** @returns null for what JupyterLab's own validation throws away (M2). */
export function parseStream(content: JsonObject): PrintedText | null {
  return streamSchema.safeParse(content).data ?? null;
}

/**
 * An output that is no stream, with nbformat's fields and no others (A3). An update replaces what is shown by a
 * `display_data`, whatever it was.
 * @returns null for other messages and for what JupyterLab's own validation throws away (M2)
 */
export function parseRichOutput(messageType: string, content: unknown): RichOutput | null {
  switch (messageType) {
    case 'display_data':
    case 'update_display_data': {
      const { data } = displaySchema.safeParse(content);
      return data === undefined ? null : { output_type: 'display_data', ...data };
    }
    case 'execute_result': {
      const { data } = resultSchema.safeParse(content);
      return data === undefined ? null : { output_type: 'execute_result', ...data };
    }
    case 'error': {
      const { data } = errorSchema.safeParse(content);
      return data === undefined ? null : { output_type: 'error', ...data };
    }
    default:
      return null;
  }
}

/** @returns null for messages that show nothing, and for what has no display id or an empty one */
export function displayIdOf(messageType: string, content: JsonObject): string | null {
  switch (messageType) {
    case 'display_data':
    case 'update_display_data':
    case 'execute_result':
      return idIn(content['transient']);
    default:
      return null;
  }
}

/** Looked for in every output, which a schema would make the most costly part of a flood. */
function idIn(transient: unknown): string | null {
  if (typeof transient !== 'object' || transient === null || !('display_id' in transient)) return null;
  const { display_id: id } = transient;
  return typeof id === 'string' && id !== '' ? id : null;
}

/** The `outputs` of an Output widget, without what is no output. */
export function parseStoredOutputs(outputs: unknown): NbformatOutput[] {
  if (!Array.isArray(outputs)) return [];
  return outputs.flatMap((output: unknown): NbformatOutput[] => {
    const { output_type: type } = z.object({ output_type: z.string() }).safeParse(output).data ?? {};
    if (type === 'stream') {
      const { data } = storedStreamSchema.safeParse(output);
      return data === undefined ? [] : [{ output_type: 'stream', ...data }];
    }
    const rich = type === undefined ? null : parseRichOutput(type, output);
    return rich === null ? [] : [rich];
  });
}
