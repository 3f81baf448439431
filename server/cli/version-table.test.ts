import { expect, it } from 'vitest';
import { versionTable } from './version-table.ts';

it('shows each version in a line, and why one cannot be had', () => {
  const common = { time: Date.UTC(2026, 0, 2, 12), cells: null, changedCells: null } as const;
  const table = versionTable([
    { ...common, id: 3, actor: null, size: 70_000_000, content: 'too-large' },
    { ...common, id: 12, actor: 'Ada', size: 2048, content: 'kept', cells: 4, changedCells: 1 },
    { ...common, id: 13, actor: '572a2d0027f42b9168d03b7c4c2f4863', size: 9, content: 'kept' },
  ]);
  const lines = table.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME').split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['version', 'saved', 'by', 'size', 'cells', 'changed'],
    ['3', 'TIME', 'another program', '66.8 MB', 'too large to be kept'],
    ['12', 'TIME', 'Ada', '2.0 kB', '4', '1'],
    ['13', 'TIME', 'anonymous 572a2d', '9 B'],
    [''],
  ]);
});
