import { cellContent } from '../../ai-agent/notebook-prompt/cell-content.ts';
import type { CellRoom } from '../../ai-agent/notebook-prompt/cell-content.ts';
import type { CellView, NotebookView } from '../../ai-agent/notebook-prompt/notebook-view.ts';
import type { ContentPart } from '../../ai-agent/message.ts';
import { ToolError } from '../../ai-agent/tool.ts';
import type { ToolResult } from '../../ai-agent/tool.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { AgentNotebook } from './agent-notebook.ts';
import type { AgentPlace } from './agent-place.ts';
import { assertMay } from './assert-may.ts';
import { viewOfCells, withOutputs } from './notebook-view.ts';
import type { NotebookSurroundings } from './notebook-view.ts';

const imageCharacters = 4_000_000;
const rooms: Readonly<Record<'whole' | 'short', CellRoom>> = {
  whole: {
    sourceCharacters: 12_000,
    outputs: 20,
    characters: 5_000,
    tableRows: 40,
    tableColumns: 30,
    imageCharacters,
  },
  short: {
    sourceCharacters: 4_000,
    outputs: 4,
    characters: 1_000,
    tableRows: 8,
    tableColumns: 12,
    imageCharacters,
  },
};

/** A notebook as tools read it for a model. */
export class NotebookReader {
  readonly #place: AgentPlace;
  readonly #notebook: AgentNotebook;
  readonly #around: NotebookSurroundings;
  readonly #authorize: Authorize;

  constructor(
    place: AgentPlace,
    notebook: AgentNotebook,
    around: NotebookSurroundings,
    authorize: Authorize,
  ) {
    this.#place = place;
    this.#notebook = notebook;
    this.#around = around;
    this.#authorize = authorize;
  }

  /** With references to large outputs as they are. @throws ToolError */
  async read(): Promise<Pick<NotebookView, 'cells' | 'widgets'>> {
    assertMay(this.#authorize, this.#place.person, 'read');
    const document = await this.#notebook.document();
    const runs = await this.#around.runsOf(document.path);
    return viewOfCells(document, runs);
  }

  /** One cell, with all its outputs. @throws ToolError */
  async cell(
    cellId: string,
  ): Promise<{ readonly cell: CellView; readonly number: number } & Pick<NotebookView, 'widgets'>> {
    const { cells, widgets } = await this.read();
    const index = cells.findIndex(({ id }) => id === cellId);
    const cell = cells[index];
    if (cell === undefined)
      throw new ToolError(
        `There is no cell with the id ${JSON.stringify(cellId)}. read_notebook tells the ids that there are.`,
      );
    this.#notebook.show(cellId);
    return { cell: await withOutputs(cell, this.#around), number: index + 1, widgets };
  }

  /** As a model is told it. `isWhole`: all of its source is in it. */
  async content(
    cell: CellView,
    number: number,
    size: 'whole' | 'short',
    widgets: NotebookView['widgets'] = {},
  ): Promise<{ readonly content: readonly ContentPart[]; readonly isWhole: boolean }> {
    const room = rooms[size];
    const whole = await withOutputs(cell, this.#around);
    const content = cellContent(whole, number, { widgets }, room);
    return { content, isWhole: cell.source.length <= room.sourceCharacters };
  }

  /** @param told cells whose sources are in it, all of them */
  result(
    content: readonly ContentPart[],
    told: readonly (readonly [cellId: string, source: string])[] = [],
  ): ToolResult {
    const details = told.length === 0 ? null : { seen: this.#place.seen.told(told) };
    return { content, isError: false, details };
  }
}
