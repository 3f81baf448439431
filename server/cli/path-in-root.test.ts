import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CommandError } from './command-error.ts';
import { pathInRoot } from './path-in-root.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'itl-root-')));
  mkdirSync(join(folder, 'root', 'd'), { recursive: true });
  symlinkSync(join(folder, 'root'), join(folder, 'link'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('finds a file in the root by its absolute path, by links, and by its path in the root', () => {
  const root = join(folder, 'root');
  expect(pathInRoot(root, join(root, 'd', 'a.ipynb'))).toBe('d/a.ipynb');
  expect(pathInRoot(root, join(folder, 'link', 'gone', 'a.ipynb'))).toBe('gone/a.ipynb');
  expect(pathInRoot(join(folder, 'link'), join(root, '..a'))).toBe('..a');
  expect(pathInRoot(root, 'd/a.ipynb')).toBe('d/a.ipynb');
});

it('refuses what is elsewhere', () => {
  for (const file of [folder, '/', '../a.ipynb', join(folder, 'root')])
    expect(() => pathInRoot(join(folder, 'root'), file), file).toThrow(CommandError);
});
