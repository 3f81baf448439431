import type { z } from 'zod';
import type { listedVersionSchema } from '../versions/version-lines.ts';

type Row = z.infer<typeof listedVersionSchema>;

const NOT_KEPT = { kept: '', thinned: 'no longer kept', 'too-large': 'too large to be kept' } as const;

/** Versions as a table, oldest first, with the local time. */
export function versionTable(versions: readonly Row[]): string {
  const rows = versions.map(({ id, time, actor, size, content, cells, changedCells }) => [
    String(id),
    localTime(time),
    nameOf(actor),
    readableSize(size),
    cells === null ? '' : `${cells}`,
    changedCells === null ? '' : `${changedCells}`,
    NOT_KEPT[content],
  ]);
  const table = [['version', 'saved', 'by', 'size', 'cells', 'changed', ''], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Who signs in by token alone has a random name, of which the beginning tells one browser from another. */
function nameOf(actor: string | null): string {
  if (actor === null) return 'another program';
  return /^[0-9a-f]{32}$/.test(actor) ? `anonymous ${actor.slice(0, 6)}` : actor;
}

function localTime(time: number): string {
  const date = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

function readableSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
