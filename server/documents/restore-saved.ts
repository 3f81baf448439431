import { readReference } from './output-reference.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A notebook that a client saves, with the outputs that it has by reference: it was copied from a shared one.
 * @param find an output as JSON; null where it is lost: the reference stays, and says so
 */
export async function restoreSaved(
  notebook: Json,
  find: (sha256: string) => Promise<string | null>,
): Promise<Json> {
  const { cells } = notebook;
  if (!Array.isArray(cells)) return notebook;
  const restored: unknown[] = [];
  let isChanged = false;
  for (const cell of cells as unknown[]) {
    const { outputs } = (cell ?? {}) as Json;
    if (!Array.isArray(outputs) || !outputs.some((output) => readReference(output) !== null)) {
      restored.push(cell);
      continue;
    }
    isChanged = true;
    const whole: unknown[] = [];
    for (const output of outputs as unknown[]) {
      const reference = readReference(output);
      const text = reference === null ? null : await find(reference.sha256);
      whole.push(text === null ? output : JSON.parse(text));
    }
    restored.push({ ...(cell as Json), outputs: whole });
  }
  return isChanged ? { ...notebook, cells: restored } : notebook;
}
