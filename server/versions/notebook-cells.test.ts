import { expect, it } from 'vitest';
import { cellsOf, changedCells } from './notebook-cells.ts';

const cells = (...all: readonly unknown[]) =>
  cellsOf(Buffer.from(JSON.stringify({ cells: all }))) ?? new Map<string, string>();

it('counts cells that were added, removed or edited, wherever they stand', () => {
  const before = cells({ id: 'a', source: '1' }, { id: 'b', source: ['2'] }, { id: 'c', source: '3' });
  const after = cells({ id: 'b', source: ['2'] }, { id: 'a', source: '1!' }, { id: 'd', source: '' });
  expect(changedCells(before, before)).toBe(0);
  expect(changedCells(before, after)).toBe(3);
});

it('tells cells without ids by their places', () => {
  expect(changedCells(cells({ source: '1' }), cells({ source: '1' }, { source: '2' }))).toBe(1);
});

it.each(['', 'not JSON', '[]', '{"cells": 3}'])('takes %j for no notebook', (text) => {
  expect(cellsOf(Buffer.from(text))).toBeNull();
});
