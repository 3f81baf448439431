import { join } from 'node:path';
import JSON5 from 'json5';
import type { InputReader } from './derived-from-files.ts';
import { packageDirectories } from './federated-extensions.ts';
import { fileTimes } from './file-times.ts';
import type { FileTimes } from './file-times.ts';
import { isJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

const EXTENSION = '.jupyterlab-settings';

/** What a person set for one plugin, as it is on disk. */
export interface UserSettings {
  /** Verbatim, with comments; `{}` for an empty file. */
  readonly raw: string;
  /** null where the text is no JSON5 object. */
  readonly settings: JsonObject | null;
  readonly problem: string | null;
  readonly times: FileTimes;
}

/** All of a person's settings by plugin id. */
export async function readUserSettings(
  inputs: InputReader,
  directory: string,
): Promise<Map<string, UserSettings>> {
  const found = new Map<string, UserSettings>();
  for (const folder of await packageDirectories(inputs, directory)) {
    for (const name of await inputs.list(folder)) {
      if (!name.endsWith(EXTENSION)) continue;
      const packageName = folder.slice(directory.length + 1).replaceAll('\\', '/');
      const settings = await readOne(inputs, join(folder, name));
      if (settings !== null) found.set(`${packageName}:${name.slice(0, -EXTENSION.length)}`, settings);
    }
  }
  return found;
}

/** @param id of a known schema: it names folders. */
export function userSettingsPath(directory: string, id: string): string {
  const separator = id.indexOf(':');
  return join(directory, id.slice(0, separator), `${id.slice(separator + 1)}${EXTENSION}`);
}

async function readOne(inputs: InputReader, path: string): Promise<UserSettings | null> {
  const stats = await inputs.stat(path);
  const text = await inputs.text(path);
  if (stats === null || text === null) return null;
  const raw = text === '' ? '{}' : text;
  const times = fileTimes(stats);
  try {
    const value: unknown = JSON5.parse(raw);
    if (isJsonObject(value)) return { raw, settings: value, problem: null, times };
    return { raw, settings: null, problem: 'it holds no object', times };
  } catch (error) {
    return { raw, settings: null, problem: error instanceof Error ? error.message : String(error), times };
  }
}
