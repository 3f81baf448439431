import JSON5 from 'json5';
import type { InputReader } from './derived-from-files.ts';
import { isJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabLog } from './lab-log.ts';

/**
 * The object in a JSON or (by its name) JSON5 file; null where the file is absent or empty. A broken one is logged and
 * passed over: one bad file of one package must not keep everybody from their notebooks.
 */
export async function readConfigurationFile(
  inputs: InputReader,
  path: string,
  log: LabLog,
): Promise<JsonObject | null> {
  try {
    const text = await inputs.text(path);
    if (text === null || text.trim() === '') return null;
    const value: unknown = path.endsWith('.json5') ? JSON5.parse(text) : JSON.parse(text);
    if (isJsonObject(value)) return value;
    log.warn(`${path} holds no JSON object; it is ignored`);
  } catch (error) {
    log.warn(
      `${path} cannot be read and is ignored: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return null;
}
