import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { connectSupervisor, supervisorStatus } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { SupervisedClient } from '../doubles/supervised-client.ts';
import { makeSupervisorPlace, type PlaceUnderTest, pythonLaunch } from '../servers/supervisor-place.ts';

let place: PlaceUnderTest;
const open: KernelSupervisor[] = [];
beforeEach(async () => {
  place = await makeSupervisorPlace();
});
afterEach(async () => {
  const last = open.at(-1);
  await last?.end();
  open.length = 0;
  await place.remove();
});

async function connect(): Promise<KernelSupervisor> {
  const supervisor = await connectSupervisor(place.options);
  open.push(supervisor);
  return supervisor;
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
      kernels: [{ kernelId: kernel.id, pid: kernel.pid, name: 'python3', isOver: false }],
    });
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
});
