import type { YNotebook } from '@jupyter/ydoc';
import type { ExpectedNotebook } from './expected-notebook.ts';
import { firstLine, tokenLine, tokensIn } from './expected-notebook.ts';

/** Where a line can be put into a source without cutting another: behind its first line, and behind each line's end. */
function lineStarts(source: string): number[] {
  return [...source.matchAll(/\n/g)].map(({ index }) => index + 1);
}

const pick = <T>(items: readonly T[], random: () => number): T | undefined =>
  items[Math.floor(random() * items.length)];

/** Every edit that a person makes of a notebook, as JupyterLab makes it of the shared model, noted in what is expected. */
export class NotebookEdits {
  constructor(
    private readonly expected: ExpectedNotebook,
    private readonly random: () => number,
  ) {}

  type(notebook: YNotebook, who: string): void {
    const cell = pick(notebook.cells, this.random);
    if (cell === undefined) return;
    const position = pick(lineStarts(cell.getSource()), this.random);
    if (position === undefined) return;
    const token = `${who}.${this.expected.newName()}`;
    this.expected.typed(token, cell.getId());
    cell.updateSource(position, position, tokenLine(token));
  }

  deleteLine(notebook: YNotebook): void {
    const cell = pick(notebook.cells, this.random);
    const source = cell?.getSource() ?? '';
    const token = pick(tokensIn(source), this.random);
    if (cell === undefined || token === undefined) return;
    const start = source.indexOf(tokenLine(token));
    this.expected.tokenDeleted(token);
    cell.updateSource(start, start + tokenLine(token).length, '');
  }

  insertCell(notebook: YNotebook, who: string): void {
    const id = `${who}-${this.expected.newName()}`;
    this.expected.cellCreated(id);
    const place = Math.floor(this.random() * (notebook.cells.length + 1));
    notebook.insertCell(place, { cell_type: 'code', id, metadata: {}, source: firstLine(id), outputs: [] });
  }

  deleteCell(notebook: YNotebook): void {
    const place = Math.floor(this.random() * notebook.cells.length);
    const cell = notebook.cells[place];
    if (cell === undefined || notebook.cells.length < 5) return;
    this.expected.cellDeleted(cell.getId());
    notebook.deleteCell(place);
  }

  moveCell(notebook: YNotebook, who: string): void {
    const { length } = notebook.cells;
    const [from, to] = [Math.floor(this.random() * length), Math.floor(this.random() * length)];
    if (from === to) return;
    this.expected.trace.note(`${who} moved ${notebook.getCell(from).getId()} from ${from} to ${to}`);
    notebook.moveCell(from, to);
  }
}
