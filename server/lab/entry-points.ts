import { join } from 'node:path';
import type { InputReader } from './derived-from-files.ts';

/** Entry points of one group, by name: which module of which folder. The first of a name wins. */
export async function entryPoints(
  inputs: InputReader,
  packages: readonly string[],
  group: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const directory of packages) {
    for (const name of await inputs.list(directory)) {
      if (!name.endsWith('.dist-info') && !name.endsWith('.egg-info')) continue;
      const text = await inputs.text(join(directory, name, 'entry_points.txt'));
      if (text === null) continue;
      for (const [entry, module] of entriesOf(text, group)) {
        if (!found.has(entry)) found.set(entry, join(directory, ...module.split('.')));
      }
    }
  }
  return found;
}

function* entriesOf(text: string, group: string): Generator<[name: string, module: string]> {
  let inGroup = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.+)\]\s*$/.exec(line);
    if (section !== null) inGroup = section[1]?.trim() === group;
    const entry = /^\s*([^#=[\s][^=]*?)\s*=\s*([\w.]+)/.exec(line);
    if (inGroup && entry?.[1] !== undefined && entry[2] !== undefined) yield [entry[1], entry[2]];
  }
}
