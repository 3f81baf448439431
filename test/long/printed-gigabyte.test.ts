import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { KernelMessage } from '../servers/kernel-message.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { hashPrinted, openNotebook, printLines, REQUEST_METADATA } from '../servers/printing-cell.ts';
import { residentBytes, writtenBytes } from '../servers/process-memory.ts';

const MEGABYTE = 1_000_000;
/** A line is 1,000 bytes. */
const LINES = 1_000_000;
const PATIENCE = 600_000;

let server: JupyterServerProcess;
beforeAll(async () => {
  server = await startOurServer({ args: ['--log-level', 'warn'] });
});
afterAll(() => server.close());

function supervisorPid(): number {
  const { state } = server.folders;
  const folder = readdirSync(state).find((name) => name.startsWith('supervisor-')) ?? '';
  return (JSON.parse(readFileSync(join(state, folder, 'supervisor.json'), 'utf8')) as { pid: number }).pid;
}

function storedBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * 512, 0);
}

test('I5: a cell prints a gigabyte: nothing is lost, and memory and disk stay bounded', async () => {
  const kernelId = await openNotebook(server, 'long.ipynb');
  const page = await KernelSocket.open(server, kernelId, { headers: { origin: server.origin } });
  const pids = [server.pid, supervisorPid()];
  const sum = (of: (pid: number) => number): number => pids.reduce((total, pid) => total + of(pid), 0);
  const before = sum(writtenBytes);
  let mostResident = 0;
  let slowestAnswer = 0;
  let isPrinting = true;
  const watching = (async () => {
    while (isPrinting) {
      mostResident = Math.max(mostResident, sum(residentBytes));
      const asked = performance.now();
      // What a click asks of the server.
      await fetch(`${server.origin}/api/kernels`, { headers: { authorization: `token ${server.token}` } });
      slowestAnswer = Math.max(slowestAnswer, performance.now() - asked);
      await sleep(100);
    }
  })();
  const request = page.start(printLines(LINES), {}, REQUEST_METADATA);
  const { iopub, text } = await page.finish(request, PATIENCE);
  isPrinting = false;
  await watching;
  const isDisplay = ({ header }: KernelMessage): boolean => header.msg_type === 'display_data';
  const data = iopub.find(isDisplay)?.content['data'] as Record<string, string> | undefined;
  expect(text.length).toBeLessThan(20 * MEGABYTE);

  expect(await hashPrinted(server, request.msg_id)).toEqual({
    digest: data?.['text/plain'],
    bytes: LINES * 1000,
  });
  await page.close();
  // The last checkpoint and the notebook's file follow.
  await sleep(10_000);
  const written = sum(writtenBytes) - before;
  const kept = storedBytes(server.folders.state);
  process.stdout.write(
    `resident at most ${Math.round(mostResident / MEGABYTE)} MB, slowest answer ${Math.round(slowestAnswer)} ms, ` +
      `written ${(written / LINES / 1000).toFixed(2)} x, kept ${(kept / LINES / 1000).toFixed(2)} x\n`,
  );
  expect(written).toBeLessThan(5 * LINES * 1000);
  expect(kept).toBeLessThan(1.3 * LINES * 1000);
  // Less than what was printed, whatever else the machine does. The aim is 300 MB, and not reached yet: 360 to 550 are measured.
  expect(mostResident).toBeLessThan(700 * MEGABYTE);
});
