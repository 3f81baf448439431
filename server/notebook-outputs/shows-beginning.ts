import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from './notebook-json.ts';

/**
 * Whether a cell shows what a run said first, and not what it said then. Nobody clears a part of a cell: such a cell was
 * put together before the rest came. An empty cell tells nothing, for it may have been cleared.
 */
export function showsBeginning(cell: JsonObject, outputs: readonly object[]): boolean {
  const shown = cell['outputs'];
  if (!Array.isArray(shown) || shown.length === 0 || shown.length > outputs.length) return false;
  const last = shown.length - 1;
  if (!isDeepStrictEqual(shown.slice(0, last), outputs.slice(0, last))) return false;
  const there: unknown = shown[last];
  const whole: unknown = outputs[last];
  if (isDeepStrictEqual(there, whole)) return shown.length < outputs.length;
  return isJsonObject(there) && isJsonObject(whole) && beginsStream(there, whole);
}

function beginsStream(there: JsonObject, whole: JsonObject): boolean {
  if (there['output_type'] !== 'stream' || whole['output_type'] !== 'stream') return false;
  if (there['name'] !== whole['name']) return false;
  const [text, all] = [there['text'], whole['text']];
  return typeof text === 'string' && typeof all === 'string' && text !== '' && all.startsWith(text);
}
