import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { peakResidentBytes, residentBytes } from '../servers/process-memory.ts';
import { sha256OfFile, uploadInChunks } from '../servers/upload-in-chunks.ts';

const MIB = 1024 * 1024;
let server: JupyterServerProcess;
beforeAll(async () => {
  server = await startOurServer();
});
afterAll(() => server.close());

test('10 GiB are uploaded in chunks in bounded memory, and arrive whole', async () => {
  const before = residentBytes(server.pid);
  const sent = await uploadInChunks(server, 'large.bin', randomBytes(16 * MIB), 640);
  const file = join(server.folders.root, 'large.bin');
  expect(statSync(file).size).toBe(10_240 * MIB);
  expect(await sha256OfFile(file)).toBe(sent);
  expect(peakResidentBytes(server.pid) - before).toBeLessThan(1_000 * MIB);
});
