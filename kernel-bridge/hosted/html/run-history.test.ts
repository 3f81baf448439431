import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareCell } from './prepare-cell.ts';
import type { Before } from './run-history.ts';
import { RunHistory } from './run-history.ts';

let runs = 0;
const cell = (source: string, cellId: string | null = null) =>
  prepareCell(source, { run: (runs += 1), cellId, seed: 1 });
const filled = (...sources: readonly string[]) => {
  const history = new RunHistory();
  const cells = sources.map((source) => cell(source));
  for (const each of cells) history.add(each);
  const needs = (source: string): number[] => {
    const before = history.before(cell(source));
    if (before.kind !== 'runs') throw new Error(before.kind);
    return before.runs.map((run) => cells.findIndex((each) => each.run === run.run));
  };
  return { history, needs };
};

test('a display carries what its cell may need, and what that may need', () => {
  const { needs } = filled(
    'const data = [1, 2, 3]',
    'const unrelated = 1',
    'function total() { return data.length }',
    'unrelated + 1',
    'data.push(4)',
  );
  expect(needs('<b id=x></b><script>x.textContent = total()</script>')).toEqual([0, 2, 4]);
  expect(needs('<p>static</p>')).toEqual([]);
  expect(needs('<button onclick="total()">x</button>')).toEqual([0, 2, 4]);
});

test('styles, the document and what patches it concern all', () => {
  const { needs } = filled(
    '%%css\np { color: red }',
    'document.title = "x"',
    'Array.prototype.last = () => 1',
    'document.getElementById("y")',
    '<style>b {}</style>',
  );
  expect(needs('<p>x</p>')).toEqual([0, 1, 2, 4]);
});

test('elements are found by what they are called', () => {
  const { needs } = filled('<div id="the-chart" class=wide></div>', '<div id=other></div>');
  expect(needs('document.querySelector("#the-chart").append("x")')).toEqual([0]);
  expect(needs('document.querySelector(".wide")')).toEqual([0]);
});

test('what a cell only showed is gone once it runs again', () => {
  const history = new RunHistory();
  history.add(cell('<style>a{}</style>', 'one'));
  history.add(cell('<style>b{}</style>', 'one'));
  expect(history.before(cell('<p></p>'))).toMatchObject({ runs: [{ html: '<style>b{}</style>' }] });
  expect(history.before(cell('<style>c{}</style>', 'one'))).toEqual({ kind: 'runs', runs: [] });
});

test('is bounded, and says so', () => {
  const sources = fc.array(fc.string({ minLength: 1, maxLength: 300 }), { maxLength: 30 });
  fc.assert(
    fc.property(sources, fc.integer({ min: 100, max: 5_000 }), (texts, most) => {
      const history = new RunHistory({ before: most, remembered: 2 * most });
      for (const text of texts) history.add(cell(`const a = ${JSON.stringify(text)}`));
      const before: Before = history.before(cell('a'));
      const size = (of: readonly unknown[]): number =>
        of.reduce<number>((sum, each) => sum + JSON.stringify(each).length, 0);
      if (before.kind === 'runs') expect(size(before.runs)).toBeLessThanOrEqual(most);
      else expect(before.size).toBeGreaterThan(before.most - 1);
      if (before.kind === 'runs') expect(before.runs).toHaveLength(texts.length);
    }),
  );
});
