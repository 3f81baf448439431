import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Request, Subscriber } from 'zeromq';
import { type ConnectionInfo, endpointOf } from '../protocol/connection-info.ts';
import { KernelSockets } from './kernel-sockets.ts';
import { OwnMessages } from './own-messages.ts';

let folder: string;
let info: ConnectionInfo;
let sockets: KernelSockets;
let subscribed: Promise<void>;
const opened: { close(): void }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sockets-'));
  const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
  const key = { key: 'k', signature_scheme: 'hmac-sha256', kernel_name: 'pyodide' };
  info = { ...ports, ...key, ip: join(folder, 'k'), transport: 'ipc' };
  subscribed = new Promise((resolve) => (sockets = new KernelSockets(info, resolve)));
  await sockets.bind();
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.close();
  sockets.close();
  await rm(folder, { recursive: true });
});

function subscriber(): Subscriber {
  const socket = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
  opened.push(socket);
  socket.connect(endpointOf(info, 'iopub'));
  socket.subscribe();
  return socket;
}
const own = new OwnMessages();
const numbered = (each: number) =>
  own.make('iopub', 'stream', '{}', { name: 'stdout', text: String(each), filling: 'x'.repeat(2000) });
const MANY = 3000;

test('[M1] [PY2] I5: drops nothing for whoever reads slowly: what is published waits', async () => {
  const slow = subscriber();
  await subscribed;
  let published = 0;
  const publishing = (async () => {
    for (let each = 0; each < MANY; each++) {
      await sockets.publish(numbered(each));
      published++;
    }
  })();
  const numbers: number[] = [];
  for await (const parts of slow) {
    // What ZeroMQ and the system hold on the way is little.
    if (numbers.length === 0) expect(published).toBeLessThan(MANY);
    numbers.push(Number((JSON.parse(String(parts[6])) as { text: string }).text));
    if (numbers.length === MANY) break;
  }
  await publishing;
  expect(numbers).toEqual(Array.from({ length: MANY }, (_, each) => each));
});

test('[PY2] what is said before anybody has subscribed waits for the first one', async () => {
  const publishing = sockets.publish(numbered(7));
  const [, , , , , , content] = await subscriber().receive();
  expect(JSON.parse(String(content))).toMatchObject({ text: '7' });
  await publishing;
});

test('[PY1] answers heartbeats with what they are', async () => {
  const heart = new Request({ linger: 0 });
  opened.push(heart);
  heart.connect(endpointOf(info, 'hb'));
  await heart.send('ping');
  expect(String(await heart.receive())).toBe('ping');
});
