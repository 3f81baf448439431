import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keptFiles } from './kept-files.ts';

describe('what a browser may keep', () => {
  let folder: string;
  const put = (name: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  };
  const kept = (identity: unknown = 'same') =>
    keptFiles(identity, { lab: [{ url: 'static/lab', directory: join(folder, 'a') }], notebook: [] });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is what pages are made of, with encoded names', async () => {
    for (const name of ['main.js', 'deep/a b.css', 'main.js.map', 'package.json', 'LICENSE.txt'])
      put(`a/${name}`);
    expect((await kept()).files.lab).toEqual(['static/lab/deep/a%20b.css', 'static/lab/main.js']);
  });

  test('is another build when a file, or anything else that pages depend on, is another', async () => {
    put('a/main.js');
    const { build } = await kept();
    expect((await kept()).build).toBe(build);
    expect((await kept('other')).build).not.toBe(build);
    utimesSync(join(folder, 'a/main.js'), 1, 1);
    expect((await kept()).build).not.toBe(build);
  });

  test('is nothing where nothing is installed', async () => {
    expect((await kept()).files).toEqual({ lab: [], notebook: [] });
  });

  test('has a file of two folders once', async () => {
    for (const name of ['a/x.js', 'b/x.js', 'b/y.js']) put(name);
    const both = ['a', 'b'].map((name) => ({ url: 'static', directory: join(folder, name) }));
    const { files } = await keptFiles(null, { lab: both, notebook: [] });
    expect(files.lab).toEqual(['static/x.js', 'static/y.js']);
  });
});
