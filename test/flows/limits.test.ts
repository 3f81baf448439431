import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';

let server: JupyterServerProcess;
afterEach(() => server.close());

async function start(body: object = {}): Promise<string> {
  const answer = await sendOk(server, { method: 'POST', path: '/api/kernels', body });
  return answer.json<{ id: string }>().id;
}
const HOARD = 'import time\nhoard = []\nwhile True:\n    hoard.append(b"x" * 20_000_000); time.sleep(0.05)';

describe('limits', () => {
  test.runIf(process.platform === 'linux')(
    'a cell that uses too much is told in words, interrupted, and told why its kernel was killed',
    async () => {
      server = await startOurServer({ args: ['--limits', 'memory=900MB'] });
      const id = await start({ limits: { soft_memory: '300MB', memory: '5GB' } });
      const socket = await KernelSocket.open(server, id);
      const first = await socket.execute(HOARD);
      expect(first.reply.content).toMatchObject({ ename: 'KeyboardInterrupt' });
      const texts = socket.received.map((m) => (m.content['text'] as string | undefined) ?? '');
      expect(texts.join('')).toMatch(/uses \d+ MB of memory; it is warned at 300 MB .* killed at 900 MB/);
      const killed = await socket.execute(
        'while True:\n    hoard.append(b"x" * 20_000_000); time.sleep(0.05)',
      );
      expect(killed.reply.content).toMatchObject({ status: 'error', ename: 'KernelDied' });
      expect(JSON.stringify(killed.reply.content)).toMatch(
        /used [\d.]+ [MG]B of memory, and its limit is 900 MB/,
      );
      const events = await loggedEvents(server, `kernel/${id}`);
      expect(events.filter(({ type }) => type === 'kernel-limit-reached')).toHaveLength(2);
      expect(events.find(({ type }) => type === 'kernel-died')?.data).toMatchObject({ limit: 'memory' });
      await socket.close();
    },
  );

  test('there are no more kernels than may be, and none that is idle for too long', async () => {
    server = await startOurServer({ args: ['--max-kernels', '1', '--cull-idle', '3'] });
    const id = await start({ path: 'a.ipynb' });
    const refused = await send(server, { method: 'POST', path: '/api/kernels', body: {} });
    expect(refused.status).toBe(409);
    expect(refused.json<{ message: string }>().message).toContain(id);
    const wrong = await send(server, {
      method: 'POST',
      path: '/api/kernels',
      body: { limits: { memory: 'x' } },
    });
    expect(wrong.status).toBe(400);
    const gone = async () => (await send(server, { path: `/api/kernels/${id}` })).status;
    const socket = await KernelSocket.open(server, id);
    expect((await socket.execute('import time; time.sleep(5); 1')).reply.content).toMatchObject({
      status: 'ok',
    });
    expect(await gone()).toBe(200);
    await socket.close();
    await expect.poll(gone, { timeout: 20_000 }).toBe(404);
    const events = await loggedEvents(server, `kernel/${id}`);
    expect(events.at(-1)).toMatchObject({ type: 'kernel-ended', data: { reason: 'culled' } });
    await start();
  });

  test('the configuration file sets them too, and a kernel whose time is up is over', async () => {
    server = await startOurServer();
    const { folders } = server;
    await server.end('SIGTERM');
    const file = join(folders.root, 'in-the-loop.json');
    writeFileSync(file, JSON.stringify({ limits: { wall_time: '4s' } }));
    server = await startOurServer({ folders, args: ['--config', file] });
    const id = await start();
    const socket = await KernelSocket.open(server, id);
    const { reply } = await socket.execute('import time; time.sleep(60)');
    expect(JSON.stringify(reply.content)).toContain('its limit is 4 seconds (wall_time)');
    await socket.close();
    await expect.poll(async () => (await send(server, { path: `/api/kernels/${id}` })).status).toBe(404);
  });
});
