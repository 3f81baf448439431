import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContentError } from './content-error.ts';
import { ServedRoot } from './served-root.ts';

describe('locating', () => {
  const root = new ServedRoot('/srv/root', false);

  test.each([
    ['', '', ''],
    ['/', '', ''],
    ['//a//b/', 'a/b', 'b'],
    ['a/./b/../c', 'a/c', 'c'],
    ['/etc/passwd', 'etc/passwd', 'passwd'],
    ['a/..', '', ''],
    ['...', '...', '...'],
    ['..a/b', '..a/b', 'b'],
    ['a\\..\\b', 'a\\..\\b', 'a\\..\\b'],
    ['%2e%2e/a', '%2e%2e/a', 'a'],
  ])('%j is %j', (asked, path, name) => {
    expect(root.locate(asked)).toEqual({
      path,
      name,
      diskPath: path === '' ? '/srv/root' : `/srv/root/${path}`,
    });
  });

  test('no path whatever leads out of the root', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'root', '...', '\0', ' ', '~', '\\..');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        try {
          const { diskPath, path } = root.locate(parts.join('/'));
          expect(relative('/srv/root', diskPath).split('/')).not.toContain('..');
          expect(path).not.toMatch(/^\/|\/$|\0/);
          // Found is found: the path that clients are told leads to the same place.
          expect(root.locate(path).diskPath).toBe(diskPath);
        } catch (error) {
          expect(error).toBeInstanceOf(ContentError);
          expect((error as ContentError).code).toBe('not-found');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('of the whole disk, everything is within', () => {
    const everything = new ServedRoot('/', false);
    expect(everything.locate('etc/passwd').diskPath).toBe('/etc/passwd');
    expect(() => everything.locate('../etc')).toThrow(ContentError);
  });
});

test.each([
  ['a.txt', true],
  ['.hidden', false],
  ['__pycache__', false],
  ['a.pyc', false],
  ['a.pyo', false],
  ['a.py', true],
  ['.DS_Store', false],
  ['a~', false],
  ['a\nb~', false],
])('%j is listed: %s', (name, listed) => {
  expect(new ServedRoot('/srv', false).isListed(name)).toBe(listed);
});

test('hidden names are listed where they are allowed, but not what nobody wants to see', () => {
  const root = new ServedRoot('/srv', true);
  expect(['.a', '__pycache__', '.DS_Store'].map((name) => root.isListed(name))).toEqual([true, false, false]);
});

describe('on disk', () => {
  let folder: string;
  let root: ServedRoot;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'served-root-')));
    root = new ServedRoot(join(folder, 'root'), false);
    await mkdir(join(folder, 'root', 'd'), { recursive: true });
    await mkdir(join(folder, 'root-next'));
    await writeFile(join(folder, 'root', 'd', 'a.txt'), 'a');
    await writeFile(join(folder, 'root-next', 'a.txt'), 'a');
    await symlink('../root-next', join(folder, 'root', 'out'));
    await symlink('d', join(folder, 'root', 'in'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['d/a.txt', true],
    ['in/a.txt', true],
    ['', true],
    ['out/a.txt', false],
    ['out', false],
  ])('%j is held: %s', async (path, held) => {
    expect(await root.holds(root.locate(path).diskPath)).toBe(held);
  });

  test('hidden is what a dot begins anywhere on the way', async () => {
    const hidden = await Promise.all(
      ['a/.b/c', '.a', 'a.b/c', ''].map((path) => root.isHidden(root.locate(path))),
    );
    expect(hidden).toEqual([true, true, false, false]);
  });
});
