import { z } from 'zod';

/** A change of a cell, as people are shown it before it is made and afterwards. */
const cellChangeSchema = z.object({
  cellId: z.string(),
  change: z.enum(['create', 'edit', 'move', 'delete', 'convert']),
  cellType: z.enum(['code', 'markdown', 'raw']),
  /** Sources; null where there is no such cell. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Where it is then, or was, counted from 0. */
  index: z.number(),
});
export type CellChange = z.infer<typeof cellChangeSchema>;

const json = z.record(z.string(), z.unknown());
const cellType = z.enum(['code', 'markdown', 'raw']);
/** JSON by key; without a value where there was none. */
const keyValues = z.record(z.string(), z.object({ value: z.unknown().optional() }));
/** The ids of the cells on both sides of a place; null for the notebook's ends. */
const neighbours = z.object({ before: z.string().nullable(), behind: z.string().nullable() });
export type Neighbours = z.infer<typeof neighbours>;

/** What it takes to take a change back, beside what is shown of it. */
const undoSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('create') }),
  z.object({ type: z.literal('edit') }),
  z.object({ type: z.literal('move'), from: neighbours, to: neighbours }),
  z.object({
    type: z.literal('delete'),
    from: neighbours,
    cell: z.object({
      id: z.string(),
      type: cellType,
      source: z.string(),
      metadata: json,
      attachments: z.unknown().optional(),
      outputs: z.array(json),
      executionCount: z.number().nullable(),
    }),
  }),
  z.object({
    type: z.literal('convert'),
    from: cellType,
    outputs: z.array(json),
    executionCount: z.number().nullable(),
    attachments: z.unknown().optional(),
    /** What its metadata said of its outputs. */
    metadata: json,
  }),
  z.object({
    type: z.literal('metadata'),
    /** Null: the notebook's. */
    cellId: z.string().nullable(),
    before: keyValues,
    after: keyValues,
  }),
]);
export type UndoStep = z.infer<typeof undoSchema>;

/** What the log keeps of an edit with its result. */
export const editDetailsSchema = z.object({
  path: z.string(),
  cells: z.array(cellChangeSchema),
  undo: undoSchema,
});
export type EditDetails = z.infer<typeof editDetailsSchema>;
