import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readTextBody } from './http-body.ts';

/** A request whose body arrives in these pieces; `length` is what its header says of it. */
function request(pieces: readonly Uint8Array[], length?: number): IncomingMessage {
  const headers = length === undefined ? {} : { 'content-length': String(length) };
  return Object.assign(Readable.from(pieces), { headers }) as unknown as IncomingMessage;
}

test.each([
  ['small', 10],
  ['large', 400_000],
])('a %s body arrives whole, whether its length was declared or not', async (_, times) => {
  const text = 'aé日😀'.repeat(times);
  const bytes = Buffer.from(text);
  // Cut so that characters are split between pieces.
  const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 4_003), bytes.subarray(4_003)];
  expect(await readTextBody(request(pieces, bytes.length))).toBe(text);
  expect(await readTextBody(request(pieces))).toBe(text);
});

test('no body is an empty text', async () => {
  expect(await readTextBody(request([]))).toBe('');
});

test('a large body that ends before its declared length is what came', async () => {
  expect(await readTextBody(request([Buffer.from('abc')], 1_000_000))).toBe('abc');
});

test('what is longer than the limit is refused with 413, declared or not', async () => {
  const pieces = [Buffer.alloc(6), Buffer.alloc(6)];
  await expect(readTextBody(request(pieces), 11)).rejects.toMatchObject({ status: 413 });
  await expect(readTextBody(request(pieces, 12), 11)).rejects.toMatchObject({ status: 413 });
  await expect(readTextBody(request(pieces, 12), 12)).resolves.toHaveLength(12);
});

test('what is not UTF-8 is refused with 400', async () => {
  await expect(readTextBody(request([Buffer.from([0x22, 0xff, 0x22])]))).rejects.toMatchObject({
    status: 400,
  });
});
