import { Router } from 'express';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { CompressedReplies } from './compressed-replies.ts';
import type { CompressibleReply } from './compressed-replies.ts';
import { Compressor } from './compressor.ts';

const json = JSON.stringify({ text: 'text '.repeat(500) });
let reply: CompressibleReply;
let app: AppUnderTest;
beforeEach(async () => {
  const replies = new CompressedReplies();
  const router = Router();
  router.get('/reply', (request, response) => replies.send(request, response, reply));
  app = await startApp({ publicRoutes: () => [router] });
  reply = { body: Buffer.from(json), contentType: 'application/json', etag: 'W/"1"' };
});
afterEach(async () => {
  await app.close();
  vi.restoreAllMocks();
});

test('a reply is compressed once for as long as it is the same', async () => {
  const compressing = vi.spyOn(Compressor.prototype, 'compress');
  const url = `http://127.0.0.1:${app.port}/reply`;
  for (const encoding of ['br', 'gzip', 'br']) {
    const answer = await fetch(url, { headers: { 'accept-encoding': encoding } });
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(await answer.text()).toBe(json);
  }
  await Promise.all([fetch(url), fetch(url)]);
  expect(compressing).toHaveBeenCalledTimes(2);
  reply = { ...reply, body: Buffer.from(json.toUpperCase()), etag: 'W/"2"' };
  expect(await (await fetch(url)).text()).toBe(json.toUpperCase());
});

test('a small one, or one for a client without compression, goes out as it is', async () => {
  const plain = await app.ask('/reply');
  expect(plain).toMatchObject({ status: 200, text: json });
  expect(plain.headers).toMatchObject({ 'content-type': 'application/json', vary: 'Accept-Encoding' });
  reply = { ...reply, body: Buffer.from('{}') };
  const small = await app.ask('/reply', { headers: { 'accept-encoding': 'br' } });
  expect(small).toMatchObject({ status: 200, text: '{}' });
  expect(small.headers['content-encoding']).toBeUndefined();
});

test('who has it is told so, and what comes from a file says of when', async () => {
  const again = await app.ask('/reply', { headers: { 'if-none-match': 'W/"1"' } });
  expect(again).toMatchObject({ status: 304, text: '' });
  expect(again.headers['cache-control']).toBeUndefined();
  reply = { ...reply, modified: new Date(0) };
  const dated = await app.ask('/reply', { method: 'HEAD' });
  expect(dated).toMatchObject({ status: 200, text: '' });
  expect(dated.headers).toMatchObject({
    'cache-control': 'no-cache',
    'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
    'content-length': String(json.length),
  });
});
