import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ToolError } from '../../../ai-agent/tool.ts';
import type { EditTool } from '../edit-tool.ts';
import { setValues, valuesOf } from '../metadata.ts';
import type { KeyValues } from '../metadata.ts';

const schema = z.strictObject({
  cell: z.string().nullish().describe('The id of the cell; without it the metadata is the notebook’s.'),
  set: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Values by key, as JSON: {"tags": ["parameters"]}.'),
  remove: z.array(z.string()).default([]).describe('Keys that are to go.'),
});
type Arguments = z.infer<typeof schema>;

/** What the server itself keeps there, or what says which outputs may run scripts. */
const notToBeSet = new Set(['trusted', 'execution', 'widgets', 'signature', 'orig_nbformat']);

export const setMetadata: EditTool<Arguments> = {
  name: 'set_metadata',
  description: 'Sets or removes keys of the metadata of the notebook or of a cell, for instance tags.',
  schema,
  plan({ ydoc }, { cell, set, remove }) {
    const cellId = cell ?? null;
    const after: Record<string, KeyValues[string]> = {};
    for (const [key, value] of Object.entries(set)) after[key] = { value };
    for (const key of remove) after[key] = {};
    const forbidden = Object.keys(after).find((key) => notToBeSet.has(key));
    if (forbidden !== undefined) throw new ToolError(`The key ${forbidden} is not for you to set.`);
    const before = valuesOf(ydoc, cellId, Object.keys(after));
    if (isDeepStrictEqual(before, after)) throw new ToolError('It is like that already. Nothing was done.');
    const whose = cellId === null ? 'the notebook' : `the cell ${cellId}`;
    const lines = Object.entries(after).map(([key, now]) => `${key}: ${shown(before[key])} → ${shown(now)}`);
    return {
      preview: { text: [`Metadata of ${whose}:`, ...lines].join('\n') },
      undo: { type: 'metadata', cellId, before, after },
      at: cellId,
      said: `Set the metadata of ${whose}.`,
      known: null,
      apply: () => setValues(ydoc, cellId, after),
    };
  },
};

function shown(value: KeyValues[string] | undefined): string {
  return value !== undefined && 'value' in value ? JSON.stringify(value.value) : '(none)';
}
