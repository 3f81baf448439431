import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { streamFile } from './stream-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'stream-file-'));
const path = join(directory, 'file');
const app = express().get('/', (request, response) => streamFile(request, response, path));
const server = createServer(app);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

function ask(headers: Record<string, string> = {}, onFirst: () => void = () => {}): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', headers, agent: false }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.once('readable', onFirst);
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.once('error', reject);
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(pieces) }));
    })
      .once('error', reject)
      .end();
  });
}

test.each([0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_000])('a file of %i bytes', async (size) => {
  const bytes = Buffer.alloc(size, 'abcdefg');
  writeFileSync(path, bytes);
  const { status, body } = await ask();
  expect([status, body.equals(bytes)]).toEqual([200, true]);
});

test('a resumed download of a file that has changed begins anew', async () => {
  writeFileSync(path, 'new content');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  const range = 'bytes=4-';
  const same = new Date(1_700_000_000_000).toUTCString();
  expect((await ask({ range, 'if-range': same })).body.toString()).toBe('content');
  const before = new Date(1_600_000_000_000).toUTCString();
  expect((await ask({ range, 'if-range': before })).body.toString()).toBe('new content');
  expect((await ask({ range, 'if-range': '"an entity tag"' })).body.toString()).toBe('new content');
});

test('a file cut off while it is sent breaks the connection, so that nobody takes a part for the whole', async () => {
  writeFileSync(path, '');
  truncateSync(path, 200_000_000);
  await expect(ask({}, () => truncateSync(path, 1))).rejects.toThrow('aborted');
});
