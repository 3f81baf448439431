import type { JsonObject, RichOutput } from './nbformat-output.ts';

/** Roughly what an output holds, in code units. */
export function sizeOfOutput(output: RichOutput): number {
  if (output.output_type === 'error') return JSON.stringify(output).length;
  return sizeOfData(output.data);
}

function sizeOfData(data: JsonObject): number {
  let size = 0;
  for (const value of Object.values(data))
    size += typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0);
  return size;
}
