import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import {
  connectSupervisor,
  endSupervisor,
  isSupervisorThere,
  supervisorStatus,
  wakeSupervisor,
} from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { makeClaim } from '../../kernel-bridge/supervisor/claim.ts';
import { parseDown } from '../../kernel-bridge/supervisor/link/down.ts';
import { encodeFrame, encodeJson, frameReader } from '../../kernel-bridge/supervisor/link/frame.ts';
import { FRAME_TYPES } from '../../kernel-bridge/hosted/codec/frame.ts';
import { supervisorFiles } from '../../kernel-bridge/supervisor/supervisor-files.ts';
import { isAlive } from '../contract/launcher-contract.ts';
import { answers } from '../doubles/kernel-client.ts';
import { SupervisedClient } from '../doubles/supervised-client.ts';
import { makeSupervisorPlace, type PlaceUnderTest, pythonLaunch } from '../servers/supervisor-place.ts';

let place: PlaceUnderTest;
const open: KernelSupervisor[] = [];
beforeEach(async () => {
  place = await makeSupervisorPlace();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((supervisor) => supervisor.close()));
  // Whatever a test left of kernels and supervisors.
  const last = await connectSupervisor(place.options);
  await last.end();
  await place.remove();
});

async function connect(): Promise<KernelSupervisor> {
  const supervisor = await connectSupervisor(place.options);
  open.push(supervisor);
  return supervisor;
}

async function supervisorPid(): Promise<number> {
  const status = await supervisorStatus(place.options);
  if (status === null) throw new Error('there is no supervisor');
  return status.pid;
}

const printed = (messages: readonly KernelMessage[]): string =>
  messages
    .filter(({ header }) => header.msg_type === 'stream')
    .map(({ frames }) => (JSON.parse(Buffer.from(frames[3]!).toString()) as { text: string }).text)
    .join('');

describe('a supervisor in a process of its own', () => {
  test('[I4] a kernel outlives the server, and what it said meanwhile is heard once and in order', async () => {
    const first = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(first, await pythonLaunch(place));
    await kernel.ready();
    await client.run('x = 42');
    const id = client.execute(
      'import time\nfor i in range(200):\n  print(i, flush=True)\n  time.sleep(0.005)',
    );
    await client.listener.untilMessage(({ header }) => header.msg_type === 'stream');
    const { pid } = kernel;
    await first.close();
    const heard = client.listener.messages;
    const position = client.position;

    const second = await connect();
    expect(second.found).toMatchObject([{ request: { kernelId: kernel.id }, pid, isOver: false }]);
    const later = new SupervisedClient(client.session);
    const adopted = later.adopt(second, kernel.id, position);
    expect(second.found).toEqual([]);
    await later.reply(id);
    const all = printed([...heard, ...later.listener.messages]);
    expect(all).toBe(Array.from({ length: 200 }, (_, i) => `${i}\n`).join(''));
    expect((await later.run('print(x)')).text).toBe('42\n');
    expect(await adopted.handedOver()).toContain(id);
    expect(adopted.pid).toBe(pid);
  });

  test('its status is told to whoever asks, beside the server', async () => {
    const supervisor = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(supervisor, await pythonLaunch(place));
    await kernel.ready();
    const status = await supervisorStatus(place.options);
    expect(status).toMatchObject({
      program: '1.2.3',
      hasOwner: true,
      kernels: [
        {
          kernelId: kernel.id,
          pid: kernel.pid,
          name: 'python3',
          isOver: false,
          beats: true,
          pausedFor: null,
        },
      ],
    });
    process.kill(-kernel.pid!, 'SIGSTOP');
    expect((await supervisorStatus(place.options))?.kernels).toMatchObject([{ beats: false }]);
    process.kill(-kernel.pid!, 'SIGCONT');
    expect((await client.run('print(1)')).text).toBe('1\n');
  });

  test('a kernel that is shut down is gone for the next server, once its last words are recorded', async () => {
    const first = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(first, await pythonLaunch(place));
    await kernel.ready();
    await kernel.shutdown();
    await first.close();
    const second = await connect();
    expect(second.found).toEqual([]);
  });

  describe.each(['SIGKILL', 'SIGTERM'] as const)('that ends by %s while a kernel prints', (signal) => {
    test('[U4] [I4] is replaced at once; the kernel goes on, and is heard again', async () => {
      const supervisor = await connect();
      const client = new SupervisedClient();
      const kernel = await client.launch(supervisor, await pythonLaunch(place));
      await kernel.ready();
      await client.run('x = 42');
      const { pid } = kernel;
      const id = client.execute(
        'import time\nfor i in range(300):\n  print(i, flush=True)\n  time.sleep(0.01)',
      );
      await client.listener.untilMessage((m) => m.header.msg_type === 'stream' && answers(m, id));
      process.kill(await supervisorPid(), signal);
      expect(await client.reply(id)).toMatchObject({ status: 'ok' });
      expect((await client.run('print(x)')).text).toBe('42\n');
      expect(kernel.pid).toBe(pid);
      expect(isAlive(pid)).toBe(true);
      expect(await kernel.ready()).toMatchObject({ implementation: 'ipython' });
      const [gap, ...more] = client.listener.lifecycles;
      expect([gap?.kind, more]).toEqual(['reattached', []]);
      const heard = printed(client.listener.messages.filter((m) => answers(m, id)))
        .trim()
        .split('\n')
        .map(Number);
      expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
      expect(heard.at(-1)).toBe(299);
      expect(client.positions).toEqual(client.positions.map((_position, index) => index + 1));
      expect(await kernel.handedOver()).toContain(id);
    });
  });

  test('[U5] a reply that nobody heard is told as missed, once the kernel has done what it was sent', async () => {
    const supervisor = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(supervisor, await pythonLaunch(place));
    await kernel.ready();
    const id = client.execute('import time; time.sleep(1)');
    await client.listener.untilMessage((m) => m.header.msg_type === 'execute_input' && answers(m, id));
    const record = JSON.parse(
      await readFile(
        join(place.options.stateDirectory, 'supervisor-1/kernels', kernel.id, 'record.json'),
        'utf8',
      ),
    ) as { routingId: string };
    // Who takes over under another identity does not get what is for the one before, as if it had come in between.
    await supervisor.close();
    process.kill(await supervisorPid(), 'SIGKILL');
    record.routingId = 'somebody-else';
    await writeFile(
      join(place.options.stateDirectory, 'supervisor-1/kernels', kernel.id, 'record.json'),
      JSON.stringify(record),
    );
    const second = await connect();
    const later = new SupervisedClient(client.session);
    later.adopt(second, kernel.id, client.position);
    expect(await later.listener.untilLifecycle('replies-missed')).toEqual({
      kind: 'replies-missed',
      messageIds: [id],
    });
  });

  test('[U4] a kernel that died while there was no supervisor is told as dead, and restarted', async () => {
    const supervisor = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(supervisor, await pythonLaunch(place));
    await kernel.ready();
    await supervisor.close();
    process.kill(await supervisorPid(), 'SIGKILL');
    process.kill(kernel.pid!, 'SIGKILL');
    const second = await connect();
    const later = new SupervisedClient(client.session);
    const adopted = later.adopt(second, kernel.id, client.position);
    await later.listener.untilLifecycle('autorestarted');
    expect(later.listener.lifecycles.map(({ kind }) => kind)).toEqual([
      'reattached',
      'died',
      'autorestarted',
    ]);
    expect((await later.run('print(1)')).text).toBe('1\n');
    expect(adopted.pid).not.toBe(kernel.pid);
  });

  test('[U4] kernels that a dead supervisor left can be ended without a server', async () => {
    const supervisor = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(supervisor, await pythonLaunch(place));
    await kernel.ready();
    await supervisor.close();
    process.kill(await supervisorPid(), 'SIGKILL');
    await expect.poll(() => isSupervisorThere(place.options)).toBe(false);
    expect(isAlive(kernel.pid)).toBe(true);
    await wakeSupervisor(place.options);
    expect((await supervisorStatus(place.options))?.kernels).toMatchObject([{ pid: kernel.pid }]);
    expect(await endSupervisor(place.options)).toBe(true);
    expect(isAlive(kernel.pid)).toBe(false);
  });

  test('[U2] ends by itself when it has no kernels and nobody is connected', async () => {
    const supervisor = await connect();
    const pid = await supervisorPid();
    await supervisor.close();
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  test('[U3] another server takes over, and the one before is told and does not come again', async () => {
    const first = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(first, await pythonLaunch(place));
    await kernel.ready();
    const second = await connect();
    const later = new SupervisedClient(client.session);
    later.adopt(second, kernel.id, client.position);
    expect((await later.run('print(1)')).text).toBe('1\n');
    await expect(kernel.interrupt()).rejects.toMatchObject({ code: 'KERNEL_SUPERVISOR_LOST' });
    expect(() => client.execute('1')).toThrow('another server');
  });

  test('[V2] an idle one of another version is replaced, one with kernels is used on', async () => {
    const first = await connect();
    const pid = await supervisorPid();
    await first.close();
    place = { ...place, options: { ...place.options, programVersion: '2.0.0' } };
    const second = await connect();
    expect((await supervisorStatus(place.options))?.program).toBe('2.0.0');
    const pid2 = await supervisorPid();
    expect(pid2).not.toBe(pid);
    const client = new SupervisedClient();
    const kernel = await client.launch(second, await pythonLaunch(place));
    await kernel.ready();
    await second.close();
    place = { ...place, options: { ...place.options, programVersion: '3.0.0' } };
    const third = await connect();
    expect(await supervisorPid()).toBe(pid2);
    const later = new SupervisedClient(client.session);
    later.adopt(third, kernel.id, client.position);
    expect((await later.run('print(1)')).text).toBe('1\n');
  });

  test('[K2] [K5] a client that sends rubbish is told to the log, and the others go on', async () => {
    const supervisor = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(supervisor, await pythonLaunch(place));
    await kernel.ready();
    const { socket: path } = supervisorFiles(place.options.stateDirectory, place.options.socketFolder);
    for (const rubbish of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(100),
      encodeFrame(FRAME_TYPES.json, Buffer.from('nonsense')),
      encodeJson({ type: 'attach', kernelId: kernel.id, after: 0, acknowledged: 0 }),
      encodeFrame(FRAME_TYPES.send, Buffer.alloc(20)),
    ]) {
      const socket = createConnection(path);
      socket.on('error', () => undefined);
      socket.resume().write(rubbish);
      await once(socket, 'close');
    }
    expect((await client.run('print(1)')).text).toBe('1\n');
    const log = await readFile(join(place.options.stateDirectory, 'supervisor-1/supervisor.log'), 'utf8');
    expect(log.match(/a connection to the supervisor is ended/g)).toHaveLength(5);
  });

  test('[V1] a server that speaks no version of ours is told so, and nothing changes for the others', async () => {
    const supervisor = await connect();
    const client = new SupervisedClient();
    const kernel = await client.launch(supervisor, await pythonLaunch(place));
    await kernel.ready();
    const socket = createConnection(
      supervisorFiles(place.options.stateDirectory, place.options.socketFolder).socket,
    );
    const heard: Buffer[] = [];
    const reader = frameReader((_type, payload) => heard.push(payload));
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    const newer = {
      type: 'hello',
      protocols: { min: 98, max: 99 },
      program: '9',
      clientId: 'c',
      role: 'owner',
    };
    socket.write(encodeJson(newer));
    await once(socket, 'close');
    expect(heard.map((payload) => parseDown(payload))).toEqual([
      { type: 'unwelcome', protocols: { min: 1, max: 1 }, program: '1.2.3' },
    ]);
    expect((await client.run('print(1)')).text).toBe('1\n');
  });

  test('[V1] a supervisor that speaks no version of ours cannot be used, which is said', async () => {
    const { socket: path } = supervisorFiles(place.options.stateDirectory, place.options.socketFolder);
    const other = createServer((socket) =>
      socket.write(encodeJson({ type: 'unwelcome', protocols: { min: 98, max: 99 }, program: '9.9' })),
    ).listen(path);
    await once(other, 'listening');
    await expect(connectSupervisor(place.options)).rejects.toMatchObject({
      code: 'KERNEL_SUPERVISOR_LOST',
      message: 'it is of version 9.9 and speaks protocols 98 to 99',
    });
    other.close();
  });

  test('[V3] kernels of a supervisor of another protocol are left alone and told of', async () => {
    const folder = join(place.options.stateDirectory, 'supervisor-98');
    await mkdir(join(folder, 'kernels/old-kernel'), { recursive: true });
    const about = { socket: '/none', program: '9.9', protocol: 98 };
    expect(makeClaim(join(folder, 'supervisor.json'), about)).toBeNull();
    const supervisor = await connect();
    expect(supervisor.found).toEqual([]);
    expect(place.logged.map(({ fields }) => fields)).toContainEqual({
      pid: process.pid,
      program: '9.9',
      protocol: 98,
      kernels: ['old-kernel'],
    });
  });
});
