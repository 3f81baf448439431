import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CompressionCache } from './compression-cache.ts';
import { Compressor } from './compressor.ts';
import type { StaticFile } from './find-static-file.ts';

let folder: string;
let stored: string;
let cache: CompressionCache;
const failures: unknown[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compressed-'));
  stored = join(folder, 'stored');
  cache = new CompressionCache(stored, (error) => failures.push(error));
});
afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true });
  failures.length = 0;
  vi.restoreAllMocks();
});

async function put(name: string, text: string): Promise<StaticFile> {
  const path = join(folder, name);
  await writeFile(path, text);
  const { size, mtime } = await stat(path);
  return { path, size, modified: mtime };
}

test('each encoding is made once and found again after a restart', async () => {
  const compressing = vi.spyOn(Compressor.prototype, 'compress');
  const file = await put('a.js', 'text '.repeat(1000));
  const brotli = await cache.read(file, 'br');
  const gzip = await cache.read(file, 'gzip');
  expect(brotliDecompressSync(brotli as Buffer).toString()).toBe('text '.repeat(1000));
  expect(gunzipSync(gzip as Buffer).toString()).toBe('text '.repeat(1000));
  await cache.close();
  expect(await readdir(stored)).toHaveLength(2);
  const again = new CompressionCache(stored, (error) => failures.push(error));
  expect(await again.read(file, 'br')).toEqual(brotli);
  await again.close();
  expect(compressing).toHaveBeenCalledTimes(2);
});

test('who asks at the same time, or before it is on the disk, shares one compression', async () => {
  const compressing = vi.spyOn(Compressor.prototype, 'compress');
  const file = await put('a.js', 'text '.repeat(1000));
  const [first] = await Promise.all(Array.from({ length: 20 }, () => cache.read(file, 'br')));
  expect(await cache.read(file, 'br')).toBe(first);
  expect(compressing).toHaveBeenCalledTimes(1);
});

test('a changed file is not served as it was, and neither is one that changed while it was compressed', async () => {
  const before = await put('a.js', 'before '.repeat(1000));
  await cache.read(before, 'br');
  const after = await put('a.js', 'after, and longer '.repeat(1000));
  expect(brotliDecompressSync((await cache.read(after, 'br')) as Buffer).toString()).toContain('after');
  await cache.close();
  const names = await readdir(stored);
  // Asked for by who found the old file: it gets the new one's content, which is not kept under the old one's key.
  const late = new CompressionCache(stored, (error) => failures.push(error));
  await late.read({ ...before, modified: new Date(0) }, 'br');
  await late.close();
  expect(await readdir(stored)).toEqual(names);
});

test('when idle, the smallest form takes the place of the fast one', async () => {
  const file = await put('a.js', await readFile(import.meta.filename, 'utf8'));
  const fast = await cache.read(file, 'br');
  await cache.close();
  expect(await readdir(stored)).toEqual([expect.stringMatching(/\.br\.fast$/)]);
  const later = new CompressionCache(stored, (error) => failures.push(error));
  await later.read(file, 'br');
  expect(await later.improveNext()).toBe(true);
  expect(await later.improveNext()).toBe(false);
  expect(await readdir(stored)).toEqual([expect.stringMatching(/\.br\.best$/)]);
  const best = await later.read(file, 'br');
  expect((best as Buffer).length).toBeLessThan((fast as Buffer).length);
  expect(brotliDecompressSync(best as Buffer)).toEqual(brotliDecompressSync(fast as Buffer));
  expect(await later.improveNext()).toBe(false);
  await later.close();
});

test('a file that is gone or changed is not improved', async () => {
  const file = await put('a.js', 'text '.repeat(1000));
  await cache.read(file, 'br');
  await cache.close();
  const fast = await readdir(stored);
  await utimes(file.path, 1, 1);
  expect(await cache.improveNext()).toBe(true);
  expect(await readdir(stored)).toEqual(fast);
});

test('the bound holds, and what is compressed no longer is compressed anew', async () => {
  const small = new CompressionCache(join(folder, 'small'), (error) => failures.push(error), 40);
  for (const name of ['a', 'b', 'c']) await small.read(await put(name, `${name} `.repeat(1000)), 'gzip');
  await small.close();
  expect((await readdir(join(folder, 'small'))).length).toBeLessThan(3);
});

test('what is too big is sent as it is', async () => {
  expect(
    await cache.read({ path: '/nowhere', size: 33 * 1024 * 1024, modified: new Date() }, 'br'),
  ).toBeNull();
});

test('where nothing can be stored, files are compressed all the same, and it is told once', async () => {
  await writeFile(stored, 'in the way');
  const file = await put('a.js', 'text '.repeat(1000));
  for (let visit = 0; visit < 3; visit += 1) expect(await cache.read(file, 'br')).not.toBeNull();
  await cache.close();
  expect(failures).toHaveLength(1);
});

test('a file that cannot be read is told to whoever asked for it', async () => {
  const gone = { path: join(folder, 'gone'), size: 1000, modified: new Date() };
  await expect(cache.read(gone, 'br')).rejects.toThrow('ENOENT');
  await cache.close();
  expect(failures).toEqual([]);
});
