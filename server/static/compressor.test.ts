import { setImmediate as turn } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compress, Compressor } from './compressor.ts';

const text = Buffer.from('compress me '.repeat(500));

test.each(['fast', 'best'] as const)('both encodings hold the text, %s', async (effort) => {
  expect(brotliDecompressSync(await compress(text, 'br', effort))).toEqual(text);
  expect(gunzipSync(await compress(text, 'gzip', effort))).toEqual(text);
});

test('two are compressed at a time, 512 wait, and more go out as they are', async () => {
  const compressor = new Compressor();
  let reading = 0;
  const started: (() => void)[] = [];
  const body = (): Promise<Buffer> => {
    reading += 1;
    return new Promise((resolve) => started.push(() => resolve(text)));
  };
  const all = Array.from({ length: 514 }, () => compressor.compress(body, 'gzip'));
  expect(await compressor.compress(body, 'gzip')).toBeNull();
  expect(reading).toBe(2);
  for (let done = 0; done < all.length;) {
    const start = started.shift();
    if (start === undefined) await turn();
    else {
      start();
      done += 1;
    }
  }
  for (const made of await Promise.all(all)) expect(made).not.toBeNull();
});

test('a body that cannot be read is told to its asker, and frees its place', async () => {
  const compressor = new Compressor();
  const failing = (): Promise<Buffer> => Promise.reject(new Error('unreadable'));
  for (let attempt = 0; attempt < 5; attempt += 1)
    await expect(compressor.compress(failing, 'br')).rejects.toThrow('unreadable');
  expect(await compressor.compress(() => Promise.resolve(text), 'br')).not.toBeNull();
});
