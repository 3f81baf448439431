import { z } from 'zod';
import type { ContentPart } from '../../ai-agent/message.ts';
import { cellContent } from '../../ai-agent/notebook-prompt/cell-content.ts';
import type { Mention } from '../../ai-agent/notebook-prompt/mentions.ts';
import type { CellView, NotebookView, OutputView } from '../../ai-agent/notebook-prompt/notebook-view.ts';
import { findMentionedCell } from '../../ai-agent/notebook-prompt/rank-cells.ts';

const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const notebookSchema = z.object({
  cells: z.array(
    z.object({
      id: z.string().catch(''),
      cell_type: z.enum(['code', 'markdown', 'raw']).catch('raw'),
      source: text.catch(''),
      execution_count: z.number().nullable().catch(null),
      outputs: z.array(z.looseObject({ output_type: z.string() })).catch([]),
    }),
  ),
});

const ROOM = {
  sourceCharacters: 12_000,
  outputs: 10,
  characters: 6_000,
  tableRows: 40,
  tableColumns: 30,
  imageCharacters: 4_000_000,
};

/** Those cells that a prompt mentions, with what they show. @param content of a notebook, as nbformat 4 has it */
export function toldCells(content: unknown, mentions: readonly Mention[]): ContentPart[] {
  const parsed = notebookSchema.safeParse(content);
  if (!parsed.success) return [];
  const cells = parsed.data.cells.map((cell): CellView => ({
    id: cell.id,
    kind: cell.cell_type,
    source: cell.source,
    executionCount: cell.execution_count,
    state: 'idle',
    isChangedSinceRun: false,
    outputs: cell.outputs as readonly object[] as readonly OutputView[],
    attachments: {},
  }));
  const view = { ...emptyView, cells };
  const mentioned = new Set(mentions.flatMap((mention) => findMentionedCell(view, mention) ?? []));
  return [...mentioned].flatMap((cell) => [...cellContent(cell, cells.indexOf(cell) + 1, view, ROOM)]);
}

const emptyView: NotebookView = {
  path: '',
  cells: [],
  selection: null,
  kernel: null,
  variables: [],
  recentRuns: [],
  files: [],
  widgets: {},
};
