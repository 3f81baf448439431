import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { type SlurmCluster, startSlurm, whyNoSlurm } from '../servers/slurm.ts';
import {
  addCluster,
  jobOf,
  makeNotebook,
  PLACES,
  sessionBody,
  startSession,
} from '../servers/slurm-place.ts';

const missing = whyNoSlurm();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels as Slurm jobs: ${missing}\n`);

describe.runIf(missing === null)('a Slurm cluster as a place', () => {
  let cluster: SlurmCluster;
  let server: JupyterServerProcess;
  beforeAll(async () => {
    cluster = await startSlurm();
    server = await startOurServer();
    await addCluster(server, cluster);
  });
  afterAll(async () => {
    await server?.close();
    await cluster?.stop();
  });

  const shown = (socket: KernelSocket): string[] =>
    socket.received
      .filter(({ header }) => header.msg_type === 'stream')
      .map(({ content }) => String(content['text']));

  test('it is tried step by step, and says what it has in the words of sbatch', async () => {
    const tried = {
      title: 'x',
      kind: 'slurm',
      settings: { configuration: cluster.configuration, mode: 'direct' },
    };
    const lines = (await sendOk(server, { method: 'POST', path: `${PLACES}/check`, body: tried }))
      .text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; kernelspecs?: string[] });
    expect(lines.slice(0, -1).every(({ type }) => type === 'step')).toBe(true);
    expect(lines.at(-1)).toMatchObject({
      type: 'done',
      kernelspecs: expect.arrayContaining([expect.stringContaining('python3')]) as unknown,
    });
    const { form } = (await sendOk(server, { path: `${PLACES}/cluster/resources` })).json<{
      form: { fields: { name: string; initial: string; choices?: { value: string; label: string }[] }[] };
    }>();
    const partition = form.fields.find(({ name }) => name === 'partition');
    expect(partition?.initial).toBe('debug');
    expect(partition?.choices).toEqual([
      {
        value: 'debug',
        label: expect.stringMatching(/no time limit, 1 node, \d+ processors.*default/) as unknown,
      },
      { value: 'short', label: expect.stringMatching(/up to 1 min, 1 node/) as unknown },
    ]);
  });

  test.each([
    [{ partition: 'nope' }, /invalid partition specified: nope/],
    [{ partition: 'short', time: '5' }, /time limit is invalid.*1 min/],
    [{ cpus: '9999' }, /no node of partition debug has more than/],
    [{ memory: '90000G' }, /Memory specification can not be satisfied/],
    [{ gpus: '1' }, /Invalid generic resource/],
    [{ options: '--no-such-option' }, /unrecognized option/],
  ])('[J1] %j is refused, and leaves no job behind', async (resources, words) => {
    await makeNotebook(server, 'wrong.ipynb', resources);
    const answer = await send(server, {
      method: 'POST',
      path: '/api/sessions',
      body: sessionBody('wrong.ipynb'),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.json<{ message: string }>().message).toMatch(words);
    expect(await cluster.command('squeue', '-h')).toBe('');
  });

  test('a cell shows why it waits, runs when its job does, and says why the job was ended', async () => {
    const drain = (state: string) =>
      cluster.command('scontrol', 'update', `NodeName=${cluster.node}`, `State=${state}`, 'Reason=test');
    await drain('drain');
    await makeNotebook(server, 'a.ipynb', { partition: 'debug', cpus: '1', options: '--nice=1' });
    const id = await startSession(server, 'a.ipynb');
    const socket = await KernelSocket.open(server, id);
    const request = socket.start('import os; os.environ["SLURM_JOB_ID"]');
    await socket.until(
      () => /drained or reserved/.test(shown(socket).at(-1) ?? ''),
      'the queue in the cell',
      20_000,
    );
    const jobId = await jobOf(cluster, id);
    expect(shown(socket).at(-1)).toMatch(
      new RegExp(`^Waiting in Slurm's queue: job ${jobId}, partition debug, PENDING \\(`),
    );
    const model = (await sendOk(server, { path: `/api/kernels/${id}` })).json<{ waiting: string }>();
    expect(`${model.waiting}\n`).toBe(shown(socket).at(-1));
    await drain('resume');
    const { iopub, reply } = await socket.finish(request);
    expect(reply.content).toMatchObject({ status: 'ok' });
    const types = iopub.map(({ header }) => header.msg_type);
    // What was said of the queue is gone before the first word of the kernel.
    expect(types.lastIndexOf('clear_output')).toBeLessThan(types.indexOf('execute_input'));
    expect(types.lastIndexOf('stream')).toBeLessThan(types.lastIndexOf('clear_output'));
    const result = iopub.find(({ header }) => header.msg_type === 'execute_result');
    expect(result?.content['data']).toEqual({ 'text/plain': `'${jobId}'` });

    const endless = socket.start('import time; time.sleep(600)');
    await socket.find(
      (m) => m.parent_header.msg_id === endless.msg_id && m.header.msg_type === 'execute_input',
    );
    await cluster.command('scancel', jobId);
    const ended = await socket.finish(endless);
    expect(ended.reply.content).toMatchObject({ status: 'error', ename: 'KernelDied' });
    expect(JSON.stringify(ended.reply.content)).toMatch(/cancelled outside In the Loop.*CANCELLED/);
    await socket.close();
  });

  test('[J2] a kernel that is shut down leaves neither job nor files; its secrets are nowhere that Slurm shows', async () => {
    await makeNotebook(server, 'b.ipynb', {});
    const id = await startSession(server, 'b.ipynb');
    const socket = await KernelSocket.open(server, id);
    expect((await socket.execute('print(1)')).text).toContain('1\n');
    const jobId = await jobOf(cluster, id);
    const folder = readdirSync(server.folders.state, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith(join('jobs', id)),
    );
    expect(folder).toBeDefined();
    const told = [
      await cluster.command('scontrol', 'show', 'job', jobId),
      await cluster.command('scontrol', 'write', 'batch_script', jobId, '-'),
    ].join('\n');
    // The beginning of its JSON is the node's.
    const secrets = readFileSync(join(server.folders.state, folder ?? '', 'secrets'), 'utf8');
    const { key } = JSON.parse(`{${secrets}`) as { key: string };
    expect(key.length).toBeGreaterThan(30);
    expect(told).not.toContain(key);
    expect(told).not.toContain(server.token);
    await socket.close();
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    for (let look = 0; look < 50 && (await cluster.command('squeue', '-h')) !== ''; look++) await sleep(100);
    expect(await cluster.command('squeue', '-h')).toBe('');
    expect(existsSync(join(server.folders.state, folder ?? ''))).toBe(false);
  });
});
