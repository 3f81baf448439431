import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';
import { Lines } from './notebook-text.ts';

/** Notebooks hold texts as lists of lines on disk and as strings everywhere else; these two convert, in copies. */

const isJsonMime = (mime: string): boolean =>
  mime === 'application/json' || (mime.startsWith('application/') && mime.endsWith('+json'));
const isSplitMime = (mime: string): boolean =>
  mime.startsWith('text/') || mime === 'application/javascript' || mime === 'image/svg+xml';

function joined(value: unknown): unknown {
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('') : value;
}
const split = (value: unknown): unknown => (typeof value === 'string' ? new Lines(value) : value);

const joinedBundle = (bundle: unknown): unknown =>
  mapped(bundle, (value, mime) => (isJsonMime(mime) ? value : joined(value)));
const splitBundle = (bundle: unknown): unknown =>
  mapped(bundle, (value, mime) => (isSplitMime(mime) ? split(value) : value));

/** A cell as on disk -> as everywhere else. */
export function joinCell(cell: JsonObject): JsonObject {
  return convertCell(
    cell,
    joined,
    joinedBundle,
    (output) => Boolean(output['output_type']) && 'text' in output,
  );
}

/** A cell -> as on disk, lists of lines marked as `Lines`. */
export function splitCell(cell: JsonObject): JsonObject {
  return convertCell(
    cell,
    split,
    splitBundle,
    (output) => output['output_type'] === 'stream' && 'text' in output,
  );
}

function convertCell(
  cell: JsonObject,
  text: (value: unknown) => unknown,
  bundle: (value: unknown) => unknown,
  holdsText: (output: JsonObject) => boolean,
): JsonObject {
  const result: JsonObject = { ...cell };
  if ('source' in cell) result['source'] = text(cell['source']);
  if (isJsonObject(cell['attachments'])) result['attachments'] = mapped(cell['attachments'], bundle);
  const outputs = cell['outputs'];
  if (cell['cell_type'] !== 'code' || !Array.isArray(outputs)) return result;
  result['outputs'] = outputs.map((output: unknown) => {
    if (!isJsonObject(output)) return output;
    const type = output['output_type'];
    if (type === 'execute_result' || type === 'display_data') {
      return 'data' in output ? { ...output, data: bundle(output['data']) } : output;
    }
    return holdsText(output) ? { ...output, text: text(output['text']) } : output;
  });
  return result;
}

function mapped(object: unknown, convert: (value: unknown, key: string) => unknown): unknown {
  if (!isJsonObject(object)) return object;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value, key)]));
}
