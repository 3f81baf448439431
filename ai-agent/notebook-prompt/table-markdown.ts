import type { HtmlTable } from './html-table.ts';

export interface TableRoom {
  readonly rows: number;
  readonly columns: number;
  readonly characters: number;
}

const longestCell = 120;

/** A table as Markdown: how large it is, the types of its columns where they are known, its first and last rows and columns. */
export function tableMarkdown(
  table: HtmlTable,
  room: TableRoom,
  dtypes: Readonly<Record<string, string>> = {},
): string {
  const width = Math.max(
    0,
    ...table.header.map(({ length }) => length),
    ...table.rows.map(({ length }) => length),
  );
  const names = Array.from({ length: width }, (_, column) => nameOf(table.header, column));
  const columns = ends(width, room.columns);
  const rowsThatFit = Math.max(2, Math.floor(room.characters / (columns.length * 10 + 5)));
  const rows = ends(table.rows.length, Math.min(room.rows, rowsThatFit));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    `Table, ${sizeOf(table, width)}:`,
    ...dtypesLine(dtypes),
    line(columns.map((column) => (column === null ? '…' : escaped(names[column] ?? '')))),
    line(columns.map(() => '---')),
    ...rows.map((row) =>
      line(
        columns.map((column) =>
          column === null || row === null ? '…' : escaped(table.rows[row]?.[column] ?? ''),
        ),
      ),
    ),
  ];
  return lines.join('\n');
}

/** pandas cuts a large table itself, with dots in its middle, and says its size below. */
function sizeOf({ note, rows, indexColumns, isCut }: HtmlTable, width: number): string {
  const said = /(\d+) rows [×x] (\d+) columns/.exec(note);
  if (said) return `${said[1]} rows × ${said[2]} columns`;
  return `${isCut ? 'more than ' : ''}${rows.length} rows × ${width - indexColumns} columns`;
}

/** Headers of several levels in one: pandas has the names of the index in the last of them. */
function nameOf(header: HtmlTable['header'], column: number): string {
  const levels = header.map((row) => row[column] ?? '').filter((level) => level !== '');
  return levels.filter((level, index) => level !== levels[index - 1]).join(' / ');
}

function dtypesLine(dtypes: Readonly<Record<string, string>>): string[] {
  const said = Object.entries(dtypes).map(([column, type]) => `${column} ${type}`);
  return said.length === 0 ? [] : [`Types: ${said.slice(0, 100).join(', ')}`];
}

/** The first and the last of so many places; null stands for those between. */
function ends(count: number, most: number): readonly (number | null)[] {
  const all = Array.from({ length: Math.min(count, most) }, (_, index) => index);
  if (count <= most) return all;
  const head = Math.ceil(most / 2);
  return [...all.slice(0, head), null, ...all.slice(head).map((index) => index + count - most)];
}

function escaped(cell: string): string {
  const short = cell.length > longestCell ? `${cell.slice(0, longestCell)}…` : cell;
  return short.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').toWellFormed();
}
