import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReportedVersions } from './reported-versions.ts';

const base = { sha256: 'base', modified: '2026-01-01T00:00:00.000000Z' };
const stats = { size: 10, mtimeMs: 1000.25 };

describe('what clients know a notebook as', () => {
  let folder: string;
  let warnings: string[];
  const open = () =>
    ReportedVersions.open(join(folder, 'state', 'reported.json'), (warning) => warnings.push(warning));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'itl-'));
    warnings = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is the version before outputs were written into it, also for the next server', async () => {
    const versions = await open();
    await versions.folding('n.ipynb', 'base', 'fold', base);
    await versions.folded('n.ipynb', 'fold', stats);
    for (const each of [versions, await open()]) {
      expect(each.byHash('n.ipynb', 'fold')).toEqual(base);
      expect(each.byStats('n.ipynb', stats)).toEqual(base);
      expect(each.isFold('n.ipynb', stats)).toBe(true);
      expect(each.byHash('n.ipynb', 'another')).toBeNull();
      expect(each.byStats('n.ipynb', { ...stats, mtimeMs: 1000.5 })).toBeNull();
      expect(each.byHash('other.ipynb', 'fold')).toBeNull();
    }
  });

  test('is the same whether or not a server that was killed had put it in its place', async () => {
    const versions = await open();
    await versions.folding('n.ipynb', 'base', 'first', base);
    await versions.folded('n.ipynb', 'first', stats);
    await versions.folding('n.ipynb', 'first', 'second', base);
    const after = await open();
    expect(after.byHash('n.ipynb', 'first')).toEqual(base);
    expect(after.byHash('n.ipynb', 'second')).toEqual(base);
    expect(after.byStats('n.ipynb', stats)).toEqual(base);
  });

  test('is what it is once somebody has saved it', async () => {
    const versions = await open();
    await versions.folding('n.ipynb', 'base', 'fold', base);
    const saved = { sha256: 'saved', modified: '2026-01-02T00:00:00.000000Z' };
    await versions.saved('n.ipynb', saved, stats);
    expect(versions.byHash('n.ipynb', 'fold')).toBeNull();
    expect(versions.byStats('n.ipynb', stats)).toEqual(saved);
    expect(versions.isFold('n.ipynb', stats)).toBe(false);
    await versions.drop('n.ipynb');
    expect(versions.byHash('n.ipynb', 'saved')).toBeNull();
  });

  test('follows renamed folders, and is forgotten with deleted ones', async () => {
    const versions = await open();
    await versions.folding('folder/n.ipynb', 'base', 'fold', base);
    await versions.renamed('folder', 'elsewhere');
    expect(versions.byHash('folder/n.ipynb', 'fold')).toBeNull();
    expect((await open()).byHash('elsewhere/n.ipynb', 'fold')).toEqual(base);
    await versions.forget('elsewhere');
    expect((await open()).byHash('elsewhere/n.ipynb', 'fold')).toBeNull();
  });

  test('a file that cannot be read is said, and begun anew', async () => {
    const versions = await open();
    await versions.folding('n.ipynb', 'base', 'fold', base);
    const file = join(folder, 'state', 'reported.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20));
    expect((await open()).byHash('n.ipynb', 'fold')).toBeNull();
    expect(warnings).toHaveLength(1);
  });
});
