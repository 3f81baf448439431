import { scanHtml } from './html-scan.ts';

/** A table of cells, each in every place that it spans. */
export interface HtmlTable {
  readonly header: readonly (readonly string[])[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns on the left name the rows. */
  readonly indexColumns: number;
  /** What stands behind it: pandas writes there how large the whole is. */
  readonly note: string;
  /** Its middle was not read. */
  readonly isCut: boolean;
}

/** As much of a table's HTML as is read: beyond it, its beginning and end. */
const mostRead = 400_000;
const mostColumns = 500;
/** Spans can make many cells of little text. */
const mostCells = 200_000;

/** The first table in the HTML, or null. */
export function parseHtmlTable(html: string): HtmlTable | null {
  const start = html.search(/<table[\s>]/i);
  if (start === -1) return null;
  const whole = html.slice(start);
  const isCut = whole.length > mostRead;
  const read = isCut
    ? `${untilRow(whole.slice(0, mostRead / 2))}${fromRow(whole.slice(-mostRead / 2))}`
    : whole;
  return { ...readTable(read), isCut };
}

function untilRow(html: string): string {
  return html.slice(0, Math.max(html.lastIndexOf('</tr>'), 0));
}

function fromRow(html: string): string {
  const row = html.indexOf('<tr');
  return row === -1 ? '' : html.slice(row);
}

function readTable(html: string): Omit<HtmlTable, 'isCut'> {
  const grid = new SpanGrid();
  let header = 0;
  let indexColumns = 0;
  let leading = 0;
  let isHead = false;
  let isOver = false;
  let cell: { text: string; columns: number; rows: number } | null = null;
  let note = '';
  for (const token of scanHtml(html)) {
    if (token.type === 'text') {
      if (cell) cell.text += token.text;
      else if (isOver) note += token.text;
      continue;
    }
    if (isOver) continue;
    const isCell = token.name === 'td' || token.name === 'th';
    if (cell && (isCell || token.name === 'tr' || token.name === 'table')) {
      grid.add(cell.text.replaceAll(/\s+/g, ' ').trim(), cell.columns, cell.rows);
      cell = null;
    }
    if (token.name === 'table' && token.type === 'close') isOver = true;
    else if (token.name === 'thead') isHead = token.type === 'open';
    else if (token.name === 'tr' && token.type === 'open') {
      grid.beginRow();
      if (isHead) header = grid.rows.length;
      leading = 0;
    } else if (isCell && token.type === 'open') {
      const columns = spanOf(token.attributes, 'colspan');
      cell = { text: '', columns, rows: spanOf(token.attributes, 'rowspan') };
      if (!isHead && token.name === 'th' && grid.width === leading) {
        leading += columns;
        indexColumns = Math.max(indexColumns, leading);
      }
    } else if (cell && token.name === 'br') cell.text += ' ';
  }
  return {
    header: grid.rows.slice(0, header),
    rows: grid.rows.slice(header),
    indexColumns,
    note: note.trim(),
  };
}

function spanOf(attributes: string, name: string): number {
  const found = new RegExp(`\\b${name}\\s*=\\s*["']?(\\d{1,5})`, 'i').exec(attributes);
  return Math.min(Math.max(Number(found?.[1] ?? 1), 1), mostColumns);
}

/** Puts each cell into the next free place of its row, and into all places that it spans. */
class SpanGrid {
  readonly rows: string[][] = [];
  /** By column: what hangs down from the rows above, and for how many rows more. */
  #hanging = new Map<number, { readonly text: string; readonly rows: number }>();
  #next = new Map<number, { readonly text: string; readonly rows: number }>();

  #cells = 0;

  /** How many places of the row are taken. */
  get width(): number {
    return this.rows.at(-1)?.length ?? 0;
  }

  beginRow(): void {
    this.#hanging = this.#next;
    this.#next = new Map();
    this.rows.push([]);
    this.#fillHanging();
  }

  add(text: string, columns: number, rows: number): void {
    const row = this.rows.at(-1);
    if (!row || this.#cells > mostCells) return;
    for (let count = 0; count < columns && row.length < mostColumns; count += 1) {
      if (rows > 1) this.#next.set(row.length, { text, rows: rows - 1 });
      row.push(text);
      this.#cells += 1;
    }
    this.#fillHanging();
  }

  #fillHanging(): void {
    const row = this.rows.at(-1) ?? [];
    if (this.#cells > mostCells) return;
    for (let hanging = this.#hanging.get(row.length); hanging; hanging = this.#hanging.get(row.length)) {
      if (hanging.rows > 1) this.#next.set(row.length, { ...hanging, rows: hanging.rows - 1 });
      row.push(hanging.text);
      this.#cells += 1;
    }
  }
}
