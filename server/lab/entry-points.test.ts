import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installLab } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { DerivedFromFiles } from './derived-from-files.ts';
import { entryPoints } from './entry-points.ts';

let lab: InstalledLab;
beforeEach(async () => {
  lab = await installLab();
});
afterEach(() => lab.remove());

test('the entries of one group are found in all packages, the first of a name winning', async () => {
  await lab.put(
    'a/pack-1.0.dist-info/entry_points.txt',
    '[console_scripts]\nfr_FR = other\n\n[jupyterlab.languagepack]\n# a comment\nfr_FR = pack_fr\r\nde_DE=deep.pack:thing\n\n[more]\nx = y\n',
  );
  await lab.put(
    'b/old.egg-info/entry_points.txt',
    '[jupyterlab.languagepack]\nfr_FR = second\nuk_UA = third\n',
  );
  await lab.put('b/no-package/entry_points.txt', '[jupyterlab.languagepack]\nxx = no\n');
  const [a, b] = [join(lab.folder, 'a'), join(lab.folder, 'b')];
  const found = await new DerivedFromFiles((inputs) =>
    entryPoints(inputs, [a, b, join(lab.folder, 'missing')], 'jupyterlab.languagepack'),
  ).get();
  expect([...found]).toEqual([
    ['fr_FR', join(a, 'pack_fr')],
    ['de_DE', join(a, 'deep', 'pack')],
    ['uk_UA', join(b, 'third')],
  ]);
});
