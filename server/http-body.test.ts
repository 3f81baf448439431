import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HttpError } from './http-error.ts';
import { readJsonBody, readTextBody } from './http-body.ts';

function request(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): IncomingMessage {
  return Object.assign(Readable.from(chunks), { headers }) as unknown as IncomingMessage;
}
const of = (text: string | Uint8Array): IncomingMessage => request([Buffer.from(text)]);
const refusal = async (reading: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  return error instanceof HttpError ? [error.status, error.message] : error;
};
const invalid = [400, 'Invalid JSON in body of request'];

test.each([
  ['', null],
  [' \r\n\t', null],
  ['null', null],
  [' {"a": [1]} \n', { a: [1] }],
  ['"ü☃👩‍🔬"', 'ü☃👩‍🔬'],
])('%j is %j', async (text, value) => expect(await readJsonBody(of(text))).toEqual(value));

test.each([
  ['broken JSON', '{"a": '],
  ['text', 'hello'],
  ['UTF-16', Buffer.from('{"a": 1}', 'utf16le')],
  ['Latin-1', Buffer.from('{"a": "\u00fc"}', 'latin1')],
  ['compressed, which Jupyter does not unpack either', gzipSync('{"a": 1}')],
])('%s is refused as Jupyter words it', async (_, body) =>
  expect(await refusal(readJsonBody(of(body)))).toEqual(invalid),
);

test('characters may be cut anywhere between chunks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(20)), async (text, lengths) => {
      const bytes = Buffer.from(text);
      const chunks: Buffer[] = [];
      let from = 0;
      for (const length of lengths) chunks.push(bytes.subarray(from, (from += length)));
      expect(await readTextBody(request([...chunks, bytes.subarray(from)]))).toBe(text);
    }),
  );
});

test('a body of just the limit is taken, a byte more is refused', async () => {
  expect(await readTextBody(of('12345'), 5)).toBe('12345');
  const tooLong = [413, 'The request body is over 5 bytes'];
  expect(await refusal(readTextBody(of('123456'), 5))).toEqual(tooLong);
  expect(await refusal(readTextBody(request([Buffer.from('123'), Buffer.from('456')]), 5))).toEqual(tooLong);
});

test('a length over the limit is refused before anything is read, and the connection left open for the answer', async () => {
  const long = request([Buffer.from('1')], { 'content-length': '6' });
  expect(await refusal(readTextBody(long, 5))).toEqual([413, 'The request body is over 5 bytes']);
  expect(long.destroyed).toBe(false);
  const unsaid = of('123456');
  await refusal(readTextBody(unsaid, 5));
  expect(unsaid.destroyed).toBe(false);
});

test('a client that goes away ends the reading with its error', async () => {
  const gone = request([]);
  const aborted = new Error('aborted');
  const reading = refusal(
    readTextBody(
      Object.assign(
        new Readable({
          read() {
            this.push('half');
            this.destroy(aborted);
          },
        }),
        { headers: gone.headers },
      ) as unknown as IncomingMessage,
    ),
  );
  expect(await reading).toBe(aborted);
});
