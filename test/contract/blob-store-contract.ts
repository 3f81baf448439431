import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { BlobStore } from '../../event-log/blob-store.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* pieces(...all: Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const piece of all) yield await Promise.resolve(piece);
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of stream) all.push(piece as Buffer);
  return Buffer.concat(all);
}

const text = Buffer.from('{"cells": [], "metadata": {}}\n'.repeat(30_000));
const noise = randomBytes(400_000);

/** What every blob store promises. */
export function blobStoreContract(
  name: string,
  create: () => Promise<{ readonly store: BlobStore; dispose(): Promise<void> }>,
): void {
  describe(`the blob store contract, ${name}`, () => {
    let store: BlobStore;
    let dispose: () => Promise<void>;
    beforeEach(async () => {
      const underTest = await create();
      store = underTest.store;
      dispose = () => underTest.dispose();
    });
    afterEach(() => dispose());

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['a few bytes', Buffer.from('abc')],
      ['what packs well', text],
      ['what does not', noise],
    ])('gives back %s, whole and in parts, however it was put', async (_, bytes) => {
      const half = Math.floor(bytes.length / 2);
      for (const source of [bytes, pieces(bytes.subarray(0, half), bytes.subarray(half))]) {
        expect(await store.put(source)).toEqual({ id: sha256(bytes), size: bytes.length });
        const id = sha256(bytes);
        expect(bytes.equals(await store.get(id))).toBe(true);
        expect(bytes.equals(await collect(await store.stream(id)))).toBe(true);
        expect(bytes.subarray(1, 7).equals(await store.get(id, { start: 1, end: 7 }))).toBe(true);
        expect(bytes.subarray(half).equals(await collect(await store.stream(id, { start: half })))).toBe(
          true,
        );
        expect(await store.get(id, { start: bytes.length + 5 })).toHaveLength(0);
        expect(await store.delete(id)).toBe(true);
      }
    });

    it('keeps once what is put often and at once', async () => {
      await Promise.all([store.put(text), store.put(text), store.put(pieces(text))]);
      await store.put(text);
      const kept: string[] = [];
      for await (const { id, storedBytes, time } of store.entries()) {
        kept.push(id);
        expect(storedBytes).toBeGreaterThan(0);
        expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
      }
      expect(kept).toEqual([sha256(text)]);
    });

    it('holds any bytes and any range of them', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 9000 }),
          fc.nat(9000),
          fc.nat(9000),
          async (bytes, a, b) => {
            const { id } = await store.put(bytes);
            const [start, end] = [Math.min(a, b), Math.max(a, b)];
            expect([...(await store.get(id, { start, end }))]).toEqual([...bytes.subarray(start, end)]);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('says of what is not there that it is not', async () => {
      const id = sha256(text);
      expect(await store.has(id)).toBe(false);
      expect(await store.delete(id)).toBe(false);
      await expect(store.get(id)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
      await expect(store.stream(id)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
      await store.put(text);
      expect(await store.has(id)).toBe(true);
      expect(await store.delete(id)).toBe(true);
      expect(await store.has(id)).toBe(false);
    });

    it.each(['', 'abc', `../${'a'.repeat(61)}`, 'A'.repeat(64)])('takes %j for no id', async (id) => {
      await expect(store.get(id)).rejects.toThrow(TypeError);
      await expect(store.has(id)).rejects.toThrow(TypeError);
      await expect(store.delete(id)).rejects.toThrow(TypeError);
    });

    it('keeps nothing of a source that fails', async () => {
      async function* failing(): AsyncIterable<Uint8Array> {
        yield await Promise.resolve(text);
        throw new Error('the upload broke off');
      }
      await expect(store.put(failing())).rejects.toThrow('the upload broke off');
      for await (const entry of store.entries()) expect(entry).toBe('nothing');
    });

    it('finishes what is under way when it is closed, and refuses what comes later', async () => {
      const put = store.put(text);
      await store.close();
      await store.close();
      expect(await put).toMatchObject({ size: text.length });
      await expect(store.put(text)).rejects.toMatchObject({ code: 'BLOB_STORE_CLOSED' });
      await expect(store.get(sha256(text))).rejects.toMatchObject({ code: 'BLOB_STORE_CLOSED' });
    });
  });
}
