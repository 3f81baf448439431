import { asData, labelled } from '../../ai-agent/notebook-prompt/data-label.ts';
import { shortenText } from '../../ai-agent/shorten-text.ts';
import { ToolError } from '../../ai-agent/tool.ts';
import type { Tool, ToolPreview, ToolResult } from '../../ai-agent/tool.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { SharedDocument } from '../shared-document.ts';
import type { AgentNotebook } from './agent-notebook.ts';
import type { AgentPlace } from './agent-place.ts';
import { threadStream } from './agent-threads.ts';
import { assertMay } from './assert-may.ts';
import type { CellChange, UndoStep } from './cell-change.ts';
import type { SeenCells } from './seen-cells.ts';
import { sourceOf } from './shared-cell.ts';
import type { SharedCell } from './shared-cell.ts';
import { storedTurnEvent } from './stored-turn-event.ts';

/** What an edit would do to the notebook as it is at the moment. */
export interface PlannedEdit {
  readonly preview: { readonly cell: CellChange } | { readonly text: string };
  readonly undo: UndoStep;
  /** The cell that it is about; null: the notebook. */
  readonly at: string | null;
  /** For the model, once it is done. */
  readonly said: string;
  /** The source that the model knows of it then; null where it does not know all of it. */
  readonly known: string | null;
  /** In a transaction of the document. */
  apply(): void;
}

/** A tool that changes a notebook, but for where. */
export interface EditTool<Arguments> extends Pick<Tool<Arguments>, 'name' | 'description' | 'schema'> {
  /** Changes nothing. @throws ToolError */
  plan(document: SharedDocument, argumentsOf: Arguments, seen: SeenCells, turnId: string): PlannedEdit;
}

/** In milliseconds. */
const timeLimit = 30_000;

/** An edit goes through the document, under the agent's name, in one append with the event that tells of it. */
export function editTool<Arguments>(
  edit: EditTool<Arguments>,
  { threadId, turnId, person, agent, seen }: AgentPlace,
  notebook: AgentNotebook,
  authorize: Authorize,
): Tool<Arguments> {
  const plan = async (argumentsOf: Arguments) => {
    assertMay(authorize, person, 'write');
    const document = await notebook.document();
    return { document, planned: edit.plan(document, argumentsOf, seen, turnId) };
  };
  return {
    name: edit.name,
    description: edit.description,
    schema: edit.schema,
    effect: 'edits',
    timeLimit,
    isRepeatable: true,
    async preview(argumentsOf): Promise<ToolPreview> {
      const { document, planned } = await plan(argumentsOf);
      const { preview, at } = planned;
      notebook.show(at);
      if ('text' in preview) return { kind: 'text', text: preview.text };
      return { kind: 'cell-diff', path: document.path, cells: [preview.cell] };
    },
    async use(argumentsOf, context) {
      const { document, planned } = await plan(argumentsOf);
      const { preview, at, known } = planned;
      const details = {
        path: document.path,
        cells: 'cell' in preview ? [preview.cell] : [],
        undo: planned.undo,
        ...(at === null || known === null ? {} : { seen: seen.told([[at, known]]) }),
      };
      const result: ToolResult = {
        content: [{ type: 'text', text: planned.said }],
        isError: false,
        details,
      };
      await context.recordWith(result, (ended) =>
        document.change(agent, () => planned.apply(), [
          { stream: threadStream(threadId), events: [storedTurnEvent(ended, agent)] },
        ]),
      );
      notebook.show(at);
      return result;
    },
  };
}

/** What a model writes anew it must have read as it is now. @throws ToolError that shows it */
export function assertKnown(cell: SharedCell, cellId: string, seen: SeenCells): void {
  const source = sourceOf(cell);
  if (seen.knows(cellId, source)) return;
  const why = seen.hasMet(cellId)
    ? 'Somebody has changed this cell since you read it.'
    : 'You have not read this cell yet.';
  const now = shownSource(cell, cellId);
  if (source.length <= mostShown) seen.told([[cellId, source]]);
  throw new ToolError(`${why} Nothing was done. This is what it is now:\n${now}`);
}

const mostShown = 12_000;

/** For a model that has to look again. */
export function shownSource(cell: SharedCell, cellId: string): string {
  return labelled('notebook-cell', { id: cellId }, asData(shortenText(sourceOf(cell), mostShown)));
}
