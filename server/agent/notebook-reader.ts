import { cellContent } from '../../ai-agent/notebook-prompt/cell-content.ts';
import type { CellRoom } from '../../ai-agent/notebook-prompt/cell-content.ts';
import type { CellView, NotebookView } from '../../ai-agent/notebook-prompt/notebook-view.ts';
import type { ContentPart } from '../../ai-agent/message.ts';
import type { ToolResult } from '../../ai-agent/tool.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { AgentNotebook } from './agent-notebook.ts';
import type { AgentPlace } from './agent-place.ts';
import { assertMay } from './assert-may.ts';
import type { SharedDocument } from '../shared-document.ts';
import { viewOfCell, viewOfCells, widgetsOf, withOutputs } from './notebook-view.ts';
import type { CellRun, NotebookSurroundings } from './notebook-view.ts';
import { findCell } from './shared-cell.ts';

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

  /** All cells, with references to large outputs as they are. @throws ToolError */
  async read(): Promise<readonly CellView[]> {
    const { document, runs } = await this.#open();
    return viewOfCells(document, runs);
  }

  /** One cell, with all its outputs. @throws ToolError */
  async cell(
    cellId: string,
  ): Promise<{ readonly cell: CellView; readonly number: number } & Pick<NotebookView, 'widgets'>> {
    const { document, runs } = await this.#open();
    const { cell, index } = findCell(document.ydoc, cellId);
    const view = viewOfCell(
      cell,
      runs.find((run) => run.cellId === cellId),
    );
    this.#notebook.show(cellId);
    return {
      cell: await withOutputs(view, this.#around),
      number: index + 1,
      widgets: widgetsOf(document),
    };
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

  async #open(): Promise<{ readonly document: SharedDocument; readonly runs: readonly CellRun[] }> {
    assertMay(this.#authorize, this.#place.person, 'read');
    const document = await this.#notebook.document();
    return { document, runs: await this.#around.runsOf(document.path) };
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
