import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { CELL, hashPrinted, openNotebook, printLines, REQUEST_METADATA } from '../servers/printing-cell.ts';
import { peakResidentBytes } from '../servers/process-memory.ts';

const MEGABYTE = 1_000_000;
const PATIENCE = 120_000;

let server: JupyterServerProcess;
beforeAll(async () => {
  server = await startOurServer({ args: ['--log-level', 'warn'] });
});
afterAll(() => server.close());

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string;
  readonly data?: Record<string, string>;
}

async function outputsOf(path: string): Promise<Output[]> {
  const answer = await sendOk(server, { path: `/api/contents/${path}` });
  const { content } = answer.json<{ content: { cells: { id: string; outputs: Output[] }[] } }>();
  return content.cells.find(({ id }) => id === CELL)?.outputs ?? [];
}

test('I5: a cell prints 100 MB: a page gets a part, a program all, the notebook both ends, and every byte can be had', async () => {
  const kernelId = await openNotebook(server, 'long.ipynb');
  const page = await KernelSocket.open(server, kernelId, { headers: { origin: server.origin } });
  const program = await KernelSocket.open(server, kernelId);
  const request = page.start(printLines(100_000), {}, REQUEST_METADATA);
  const { iopub, text } = await page.finish(request, PATIENCE);
  const shown = iopub.filter(({ header }) => header.msg_type === 'display_data');
  const digest = (shown[0]?.content['data'] as Record<string, string> | undefined)?.['text/plain'];

  expect(text.length).toBeGreaterThan(2 * MEGABYTE);
  expect(text.length).toBeLessThan(3 * MEGABYTE);
  const link = `${server.origin}${server.base}api/in-the-loop/v1/runs/${request.msg_id}/text/stdout`;
  expect(text).toContain(`All of it: ${link}\n`);
  expect(text).toMatch(/000099999 \S+\n$/);

  const isEnd = ({ header, parent_header, content }: (typeof program.received)[number]): boolean =>
    header.msg_type === 'status' &&
    parent_header.msg_id === request.msg_id &&
    content['execution_state'] === 'idle';
  await program.until(() => program.received.some(isEnd), 'idle', PATIENCE);
  const printed = program.received.filter(({ header }) => header.msg_type === 'stream');
  expect(printed.map(({ content }) => String(content['text'])).join('')).toHaveLength(100 * MEGABYTE);

  expect(await hashPrinted(server, request.msg_id)).toEqual({ digest, bytes: 100 * MEGABYTE });

  const [head, between, tail, last] = await outputsOf('long.ipynb');
  expect(head?.text).toMatch(/^000000000 \S+\n[^]*\n$/);
  expect(between?.data?.['text/plain']).toMatch(
    /^… \d\d,\d{3} lines of stdout \([\d,]+ bytes\) are left out here\./,
  );
  expect(tail?.text).toMatch(/000099999 \S+\n$/);
  expect(last?.data?.['text/plain']).toBe(digest);
  await Promise.all([page.close(), program.close()]);
  // Other tests run beside it: what V8 collects late, and what LevelDB maps of its files, is among it.
  expect(peakResidentBytes(server.pid)).toBeLessThan(600 * MEGABYTE);
});

test('I1: what the log no longer keeps of a kernel is in the notebook, and all of it behind the same link', async () => {
  const kernelId = await openNotebook(server, 'kept.ipynb');
  const program = await KernelSocket.open(server, kernelId);
  const request = program.start(printLines(4000), {}, REQUEST_METADATA);
  const { text } = await program.finish(request, PATIENCE);
  await program.close();
  await sendOk(server, { method: 'DELETE', path: `/api/kernels/${kernelId}` });
  const whole = await hashPrinted(server, request.msg_id);
  expect(whole.bytes).toBe(4 * MEGABYTE);
  const before = await outputsOf('kept.ipynb');
  expect(text.startsWith(String(before[0]?.text))).toBe(true);

  // Nobody has the notebook open: the server itself writes the file, and then needs the stream no more.
  const file = join(server.folders.root, 'kept.ipynb');
  while (!readFileSync(file, 'utf8').includes('are left out here')) await sleep(100);
  const { folders } = server;
  await server.end('SIGTERM');
  server = await startOurServer({ folders, args: ['--log-level', 'info', '--log-size', '0'] });
  while (!server.output().includes('Old events of a kernel were removed')) await sleep(100);
  expect(existsSync(join(folders.state, 'texts'))).toBe(true);
  expect(await hashPrinted(server, request.msg_id)).toEqual(whole);
  expect(await outputsOf('kept.ipynb')).toEqual(before);
});
