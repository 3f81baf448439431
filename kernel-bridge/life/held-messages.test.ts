import { expect, test } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { HeldMessages } from './held-messages.ts';

const request = (buffers: readonly Uint8Array[] = []) =>
  spokenMessage({ channel: 'shell', type: 'execute_request', buffers });

test('[M3] held messages are kept in order', () => {
  const held = new HeldMessages();
  const messages = [request(), request(), request()];
  for (const message of messages) held.add(message);
  expect([...held]).toEqual(messages);
});

test('[M4] so many are held, or so many bytes, and the next one is refused', () => {
  const many = new HeldMessages();
  for (let count = 0; count < 10_000; count++) many.add(request());
  expect(() => many.add(request())).toThrow(expect.objectContaining({ code: 'KERNEL_OVERLOADED' }));
  const large = new HeldMessages();
  large.add(request([Buffer.alloc(100 * 1024 * 1024)]));
  expect(() => large.add(request([Buffer.alloc(50 * 1024 * 1024)]))).toThrow(
    expect.objectContaining({ code: 'KERNEL_OVERLOADED' }),
  );
  large.add(request());
  expect([...large]).toHaveLength(2);
});

test('[M4] what no kernel could be sent is refused at once, not when the kernel is back', () => {
  const held = new HeldMessages();
  const refused = expect.objectContaining({ code: 'KERNEL_MESSAGE_INVALID' }) as Error;
  expect(() => held.add(spokenMessage())).toThrow(refused);
  expect(() => held.add({ ...request(), frames: request().frames.slice(0, 3) })).toThrow(refused);
  expect([...held]).toEqual([]);
});
