import { once } from 'node:events';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { TOKEN, startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { HttpError } from '../http-error.ts';
import { CONTENTS_EVENTS } from './event-schema.ts';
import { EventSockets } from './event-sockets.ts';
import { JupyterEvents } from './jupyter-events.ts';

/** On a busy machine a second is soon over. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

let events: JupyterEvents;
let sockets: EventSockets;
let mayListen: boolean;
let app: AppUnderTest;
const logged: string[] = [];
beforeEach(async () => {
  events = new JupyterEvents();
  mayListen = true;
  logged.length = 0;
  const authorize = (): void => {
    if (!mayListen) throw new HttpError(403, 'Forbidden');
  };
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  sockets = new EventSockets(events, authorize, logger);
  app = await startApp({ upgradeRoutes: sockets.upgradeRoutes });
});
afterEach(async () => {
  sockets.close();
  await app.close();
});

function connect(path = '/api/events/subscribe'): WebSocket {
  const url = `ws://127.0.0.1:${app.port}${path}`;
  return new WebSocket(url, { headers: { authorization: `token ${TOKEN}` } });
}

async function subscribe(): Promise<{ socket: WebSocket; received: string[] }> {
  const socket = connect();
  const received: string[] = [];
  socket.on('message', (data: Buffer, isBinary) => received.push(isBinary ? 'binary' : data.toString()));
  await once(socket, 'open');
  return { socket, received };
}
const save = (path: string): void => events.emit(CONTENTS_EVENTS, { action: 'save', path });
const saved = (path: string): string => `{"schema_id":"${CONTENTS_EVENTS}","action":"save","path":"${path}"}`;

test('every subscriber gets each event from then on, flat and as text', async () => {
  save('before');
  const first = await subscribe();
  save('one');
  const second = await subscribe();
  save('two');
  await eventually(() => expect(first.received).toEqual([saved('one'), saved('two')]));
  await eventually(() => expect(second.received).toEqual([saved('two')]));
});

test('one who leaves is forgotten, and what they say is not listened to', async () => {
  const [leaving, staying] = [await subscribe(), await subscribe()];
  leaving.socket.send('{"anything": 1}');
  leaving.socket.close();
  const [code] = (await once(leaving.socket, 'close')) as [number];
  expect(code).toBe(1005);
  save('after');
  await eventually(() => expect(staying.received).toEqual([saved('after')]));
  expect(leaving.received).toEqual([]);
});

test('I5: a subscriber that does not read is dropped, and nobody else notices', async () => {
  const [stuck, reading] = [await subscribe(), await subscribe()];
  stuck.socket.pause();
  let count = 0;
  const long = 'x'.repeat(100_000);
  while (!logged.join('').includes('Dropped an event subscriber')) {
    save(long);
    count += 1;
    await eventually(() => expect(reading.received).toHaveLength(count));
  }
  stuck.socket.resume();
  await once(stuck.socket, 'close');
  save('still');
  await eventually(() => expect(reading.received.at(-1)).toBe(saved('still')));
});

test('a subscriber that sends long messages is closed', async () => {
  const { socket } = await subscribe();
  socket.send('x'.repeat(64 * 1024 + 1));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1009);
});

test('I7: who may not listen is refused', async () => {
  mayListen = false;
  const socket = connect();
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(answer.statusCode).toBe(403);
  socket.on('error', () => 'it is given up before it opened');
  socket.terminate();
});

test('closing ends all sockets', async () => {
  const { socket } = await subscribe();
  sockets.close();
  sockets.close();
  await once(socket, 'close');
});
