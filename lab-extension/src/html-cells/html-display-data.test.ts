import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HtmlDisplay } from '../../../kernel-bridge/hosted/html/html-display.ts';
import { prepareCell } from '../../../kernel-bridge/hosted/html/prepare-cell.ts';
import { readHtmlDisplay } from './html-display-data.ts';

const cell = (source: string, run: number) => prepareCell(source, { run, cellId: 'x', seed: 1 });
const display: HtmlDisplay = {
  version: 1,
  cell: cell('<p>x</p><script>a</script><script>let 5</script><script src="data:,"></script>', 2),
  before: [cell('const a = 1', 1)],
  height: 20,
};

test('what a kernel of ours saved is a display', () => {
  expect(readHtmlDisplay(JSON.parse(JSON.stringify(display)))).toEqual(display);
});

test('a display with anything of it changed is none, or a display still', () => {
  const paths = [
    ['version'],
    ['cell'],
    ['before'],
    ['cell', 'html'],
    ['cell', 'scripts'],
    ['cell', 'run'],
    ['cell', 'seed'],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const changed = JSON.parse(JSON.stringify(display)) as Record<string, unknown>;
      const [last, ...others] = [...path].reverse() as [string, ...string[]];
      const holder = others
        .reverse()
        .reduce<Record<string, unknown>>((of, name) => of[name] as typeof of, changed);
      holder[last] = value;
      const read = readHtmlDisplay(changed);
      if (read !== null) expect(typeof read.cell.html).toBe('string');
      if (last === 'version' && value !== 1) expect(read).toBeNull();
    }),
  );
  expect(readHtmlDisplay({ ...display, before: [null] })).toBeNull();
  expect(readHtmlDisplay(undefined)).toBeNull();
});
