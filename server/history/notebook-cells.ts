import { z } from 'zod';

/** A cell of a notebook's file; `json` is all of it as the file has it. */
export interface NotebookCell {
  /** Its own, or `#<place>` in notebooks before format 4.5. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface NotebookContent {
  readonly cells: readonly NotebookCell[];
  /** Everything beside its cells. */
  readonly json: Readonly<Record<string, unknown>>;
}

const textSchema = z.union([z.string(), z.array(z.string())]).default('');
const notebookSchema = z.looseObject({
  cells: z.array(z.looseObject({ id: z.string().optional(), cell_type: z.string(), source: textSchema })),
});

/** @returns null for what is no notebook of format 4: another program may have written anything */
export function notebookContent(bytes: Uint8Array): NotebookContent | null {
  try {
    return contentOf(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}

/** @throws ZodError for what is no notebook of format 4 */
export function contentOf(json: unknown): NotebookContent {
  const { cells, ...rest } = notebookSchema.parse(json);
  return {
    json: rest,
    cells: cells.map((cell, place) => ({
      id: cell.id ?? `#${place}`,
      type: cell.cell_type,
      source: textOf(cell.source),
      json: cell,
    })),
  };
}

export function textOf(source: string | readonly string[]): string {
  return typeof source === 'string' ? source : source.join('');
}
