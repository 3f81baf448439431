import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { blobStoreContract } from '../test/contract/blob-store-contract.ts';
import { FileBlobStore } from './file-blob-store.ts';

blobStoreContract('in files', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'itl-blobs-'));
  const store = await FileBlobStore.open(directory);
  const dispose = async (): Promise<void> => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, dispose };
});

let directory: string;
let store: FileBlobStore;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'itl-blobs-'));
  store = await FileBlobStore.open(directory);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const text = Buffer.from('the same line again\n'.repeat(5000));

function fileOf(id: string): string {
  const folder = join(directory, id.slice(0, 2), id.slice(2, 4));
  return join(folder, readdirSync(folder)[0] ?? '');
}

it('packs what gets smaller, leaves the rest, and lets its owner alone read it', async () => {
  const { id } = await store.put(text);
  const { id: noiseId } = await store.put(randomBytes(100_000));
  expect(statSync(fileOf(id)).size).toBeLessThan(text.length / 10);
  expect(statSync(fileOf(noiseId)).size).toBe(100_000);
  expect(statSync(fileOf(id)).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, id.slice(0, 2))).mode & 0o777).toBe(0o700);
});

it('does not write again what is there', async () => {
  const { id } = await store.put(text);
  const before = statSync(fileOf(id)).ino;
  await store.put(text);
  expect(statSync(fileOf(id)).ino).toBe(before);
});

it('reads gzip, which a Node without Zstandard writes', async () => {
  const { id } = await store.put(text);
  const path = fileOf(id);
  rmSync(path);
  writeFileSync(`${path.replace(/\.\w+$/, '')}.gz`, gzipSync(text));
  expect(text.equals(await store.get(id))).toBe(true);
});

it('tells damage from what was put', async () => {
  const { id } = await store.put(text);
  const { id: noiseId } = await store.put(randomBytes(10_000));
  for (const each of [id, noiseId]) {
    const bytes = readFileSync(fileOf(each));
    bytes[bytes.length >> 1]! ^= 0xff;
    writeFileSync(fileOf(each), bytes);
    await expect(store.get(each)).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
  }
  writeFileSync(fileOf(id), readFileSync(fileOf(id)).subarray(0, 20));
  await expect(store.get(id)).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
});

it('removes at opening what a killed process left unfinished', async () => {
  writeFileSync(join(directory, 'unfinished-1'), 'half');
  await store.close();
  store = await FileBlobStore.open(directory);
  expect(readdirSync(directory)).toEqual([]);
});

it('says that it cannot write', async () => {
  rmSync(directory, { recursive: true });
  await expect(store.put(text)).rejects.toMatchObject({ name: 'BlobStoreError', code: 'BLOB_IO_FAILED' });
});
