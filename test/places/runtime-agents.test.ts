import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { counting, DialledIn } from '../servers/dialled-in.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';

let world: DialledIn;
beforeEach(async () => {
  world = await DialledIn.start();
});
afterEach(() => world.close());

test('[G2] [O3] [N1] a machine that dials in loses nothing when the network is cut for a minute without a word', async () => {
  const { machine, kernelId } = await world.connected();
  const socket = await KernelSocket.open(world.server, kernelId);
  socket.start(counting(300, 0.05));
  await socket.find((m) => m.content['text'] === '5\n');
  world.network.cut('silently');
  // Both ends notice by themselves.
  await world.untilGone();
  await machine.untilPrinted('The connection is broken');
  const meanwhile = socket.start('print("sent meanwhile")');
  await socket.find((m) => String(m.content['text']).includes('cannot be reached'));
  await sleep(40_000);
  world.network.mend();
  expect((await socket.finish(meanwhile)).text).toBe('sent meanwhile\n');
  const all = Array.from({ length: 300 }, (_, each) => `${each}\n`).join('');
  expect(await world.printedIn(kernelId)).toBe(`${all}end\nsent meanwhile\n`);
});

test('[G1] [M1] a flood over a slow network arrives whole', async () => {
  const { kernelId } = await world.connected();
  world.network.slow(100);
  const socket = await KernelSocket.open(world.server, kernelId);
  const asked = await socket.execute('for i in range(200_000):\n    print(i)');
  expect(asked.text).toBe(Array.from({ length: 200_000 }, (_, each) => `${each}\n`).join(''));
});
