import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { type SlurmCluster, startSlurm, whyNoSlurm } from '../servers/slurm.ts';
import { addCluster, jobOf, makeNotebook, sessionBody, startSession } from '../servers/slurm-place.ts';

const missing = whyNoSlurm();
if (missing !== null) process.stderr.write(`\nNOT RUN: what becomes of Slurm jobs: ${missing}\n`);

describe.runIf(missing === null).each([['direct'], ['supervised']])('a cluster whose jobs are %s', (mode) => {
  let cluster: SlurmCluster;
  let server: JupyterServerProcess;
  let port: number;
  beforeEach(async () => {
    cluster = await startSlurm();
    port = await freePort();
    // Jobs dial in where the server was when they were sent.
    server = await startOurServer({ args: ['--port', String(port)] });
    await addCluster(server, cluster, { mode });
  });
  afterEach(async () => {
    await server.close();
    await cluster.stop();
  });

  async function start(resources: object = {}): Promise<{ id: string; socket: KernelSocket; jobId: string }> {
    await makeNotebook(server, 'a.ipynb', resources);
    const id = await startSession(server, 'a.ipynb');
    const socket = await KernelSocket.open(server, id);
    expect((await socket.execute('x = 1; print("begun")')).text).toMatch(/begun\n$/);
    return { id, socket, jobId: await jobOf(cluster, id) };
  }
  const printed = (socket: KernelSocket): string =>
    socket.received
      .filter(({ header }) => header.msg_type === 'stream')
      .map(({ content }) => String(content['text']))
      .join('');

  test('[J5] its time limit is warned of, and then is why the kernel ended; no job is left', async () => {
    const { id, socket } = await start({ partition: 'short' });
    const endless = socket.start('import time; time.sleep(600)');
    const ended = await socket.finish(endless, 200_000);
    expect(printed(socket)).toMatch(/Slurm will end job \d+, and the kernel with it, in (29|30|31) s/);
    expect(printed(socket)).toMatch(/and the kernel with it, in (11|12|13) s/);
    expect(ended.reply.content).toMatchObject({ status: 'error', ename: 'KernelDied' });
    expect(JSON.stringify(ended.reply.content)).toMatch(/reached its time limit of 1 min.*TIMEOUT/);
    for (
      let look = 0;
      look < 100 && (await send(server, { path: `/api/kernels/${id}` })).status !== 404;
      look++
    )
      await sleep(100);
    expect((await send(server, { path: `/api/kernels/${id}` })).status).toBe(404);
    expect(await cluster.command('squeue', '-h', '-t', 'PD,R')).toBe('');
  });

  test('what a kernel uses is known where a supervisor is in its job', async () => {
    const { id } = await start();
    const memoryOf = async (): Promise<number | null> => {
      const answer = await sendOk(server, { path: '/api/in-the-loop/v1/runtimes' });
      const { runtimes } = answer.json<{ runtimes: { kernelId: string; memory: number | null }[] }>();
      return runtimes.find(({ kernelId }) => kernelId === id)?.memory ?? null;
    };
    if (mode === 'direct') expect(await memoryOf()).toBeNull();
    else await expect.poll(memoryOf, { timeout: 20_000, interval: 500 }).toBeGreaterThan(1e6);
  });

  test('[J5] put back into the queue, it is started anew, and says so', async () => {
    const { socket, jobId } = await start();
    const endless = socket.start('import time; time.sleep(600)');
    await socket.find(
      (m) => m.parent_header.msg_id === endless.msg_id && m.header.msg_type === 'execute_input',
    );
    await cluster.command('scontrol', 'requeue', jobId);
    await sleep(1_000);
    await cluster.command('scontrol', 'update', `JobId=${jobId}`, 'StartTime=now');
    const ended = await socket.finish(endless, 60_000);
    expect(ended.reply.content).toMatchObject({ status: 'error', ename: 'KernelDied' });
    expect(`${printed(socket)}${JSON.stringify(ended.reply.content)}`).toMatch(
      new RegExp(`Slurm took job ${jobId} from its node and put it back into the queue`),
    );
    // What waits in clients is sent once they hear of the restart.
    const again = await socket.execute('print("x" in dir())', 60_000);
    expect(again.text).toMatch(/False\n$/);
  });

  test('a server that was killed in the middle of a run finds its job again', async () => {
    const { id, socket, jobId } = await start();
    const lines = 60;
    const run = socket.start(
      `import time\nfor i in range(${lines}):\n    print(i, flush=True)\n    time.sleep(0.1)`,
    );
    await socket.find((m) => m.parent_header.msg_id === run.msg_id && m.header.msg_type === 'stream');
    await server.end('SIGKILL');
    const { folders } = server;
    server = await startOurServer({ folders, args: ['--port', String(port)] });
    const next = await KernelSocket.open(server, id, { sessionId: socket.sessionId });
    await next.find(
      (m) => m.parent_header.msg_id === run.msg_id && m.header.msg_type === 'execute_reply',
      'reply',
      60_000,
    );
    const heard = [...socket.received, ...next.received]
      .filter((m) => m.parent_header.msg_id === run.msg_id && m.header.msg_type === 'stream')
      .map(({ content }) => String(content['text']))
      .join('');
    const numbers = new Set(heard.split('\n').filter((line) => /^\d+$/.test(line)));
    expect(numbers.size).toBe(lines);
    expect((await next.execute('print(x)')).text).toMatch(/1\n$/);
    expect(await jobOf(cluster, id)).toBe(jobId);
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    for (let look = 0; look < 50 && (await cluster.command('squeue', '-h')) !== ''; look++) await sleep(100);
    expect(await cluster.command('squeue', '-h')).toBe('');
  });

  test('a kernel that waits is ended from the queue, and a second one waits behind the first', async () => {
    const { socket } = await start({ cpus: String(cluster.cpus) });
    await makeNotebook(server, 'b.ipynb', { cpus: '1' });
    const id = await startSession(server, 'b.ipynb');
    const second = await KernelSocket.open(server, id);
    second.start('1');
    await second.until(() => /PENDING \((Resources|Priority)\)/.test(printed(second)), 'the queue', 60_000);
    const { waiting } = (await sendOk(server, { path: `/api/kernels/${id}` })).json<{ waiting: string }>();
    expect(waiting).toMatch(/job \d+, partition debug, PENDING/);
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    expect(await cluster.command('squeue', '-h', '-t', 'PD')).toBe('');
    expect((await socket.execute('print(x)')).text).toMatch(/1\n$/);
  });
});

describe.runIf(missing === null)('jobs that nobody knows', () => {
  test('[J6] are cancelled by the next server, and no others', async () => {
    const cluster = await startSlurm();
    let server = await startOurServer();
    try {
      await addCluster(server, cluster);
      await makeNotebook(server, 'a.ipynb', {});
      const id = await startSession(server, 'a.ipynb');
      const socket = await KernelSocket.open(server, id);
      await socket.execute('x = 1', 60_000);
      const jobId = await jobOf(cluster, id);
      const ours = (await cluster.command('squeue', '-h', '-j', jobId, '-o', '%k')).trim();
      const sleeping = ['--parsable', '--output=/dev/null', '--wrap', 'sleep 600'];
      const orphan = await cluster.command('sbatch', '--comment', ours.replace(id, 'gone'), ...sleeping);
      const foreign = await cluster.command('sbatch', '--comment', 'in-the-loop other gone', ...sleeping);
      await server.end('SIGTERM');
      server = await startOurServer({ folders: server.folders });
      const isQueued = async (job: string): Promise<boolean> =>
        (await cluster.command('squeue', '-h', '-o', '%A')).split('\n').includes(job.trim());
      await sendOk(server, { method: 'POST', path: '/api/in-the-loop/v1/places/cluster/refresh' });
      for (let look = 0; look < 100 && (await isQueued(orphan)); look++) await sleep(100);
      expect([await isQueued(orphan), await isQueued(foreign), await isQueued(jobId)]).toEqual([
        false,
        true,
        true,
      ]);
      const next = await KernelSocket.open(server, id);
      expect((await next.execute('print(x)', 60_000)).text).toMatch(/1\n$/);
    } finally {
      await server.close();
      await cluster.stop();
    }
  });
});

describe.runIf(missing === null)('a cluster that takes no more jobs', () => {
  test('says so where a kernel is started, and goes on with those that it has', async () => {
    const cluster = await startSlurm({ MaxJobCount: '2' });
    const server = await startOurServer();
    try {
      await addCluster(server, cluster);
      await makeNotebook(server, 'a.ipynb', {});
      const id = await startSession(server, 'a.ipynb');
      const socket = await KernelSocket.open(server, id);
      await socket.execute('x = 1', 60_000);
      await makeNotebook(server, 'b.ipynb', {});
      const answer = await send(server, {
        method: 'POST',
        path: '/api/sessions',
        body: sessionBody('b.ipynb'),
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.json<{ message: string }>().message).toMatch(/unable to accept job.*queue is full/is);
      expect((await socket.execute('print(x)')).text).toMatch(/1\n$/);
    } finally {
      await server.close();
      await cluster.stop();
    }
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo;
      listening.close(() => resolve(port));
    });
  });
}
