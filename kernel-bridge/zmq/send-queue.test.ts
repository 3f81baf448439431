import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { KernelError } from '../kernel.ts';
import { SendQueue } from './send-queue.ts';

/** A socket that takes a message only when it is let, and like ZeroMQ's refuses two at a time. */
class GatedSocket {
  closed = false;
  readonly sent: string[] = [];
  #gate: { open(): void; fail(error: Error): void } | null = null;

  send(parts: unknown[]): Promise<void> {
    if (this.#gate) throw new Error('EBUSY');
    return new Promise((resolve, reject) => {
      const leave = () => (this.#gate = null);
      this.#gate = {
        open: () => {
          leave();
          this.sent.push(String(parts[0]));
          resolve();
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
    });
  }

  async let(count = 1): Promise<void> {
    for (; count > 0; count--) {
      this.#gate?.open();
      await turn();
    }
  }

  async fail(error: Error): Promise<void> {
    this.#gate?.fail(error);
    await turn();
  }
}

function setUp() {
  const socket = new GatedSocket();
  const failures: unknown[] = [];
  return { socket, failures, queue: new SendQueue(socket, (error) => failures.push(error)) };
}

describe('SendQueue', () => {
  test('[M3] sends in order, one at a time', async () => {
    const { socket, queue } = setUp();
    for (const text of ['a', 'b', 'c']) queue.send([text]);
    expect(socket.sent).toEqual([]);
    await socket.let(1);
    queue.send(['d']);
    await socket.let(3);
    expect(socket.sent).toEqual(['a', 'b', 'c', 'd']);
    queue.send(['e']);
    await socket.let();
    expect(socket.sent.at(-1)).toBe('e');
  });

  test('[M3] goes on after a message that could not be sent, and reports it', async () => {
    const { socket, queue, failures } = setUp();
    queue.send(['a']);
    queue.send(['b']);
    await socket.fail(new Error('too long'));
    await socket.let();
    expect(socket.sent).toEqual(['b']);
    expect(failures).toHaveLength(1);
  });

  test('[M4] refuses what goes beyond its bound, and takes messages again when there is room', async () => {
    const { socket, queue } = setUp();
    const big = Buffer.alloc(100 * 1024 * 1024);
    queue.send([big]);
    queue.send([big]);
    expect(() => queue.send([big])).toThrow(KernelError);
    await socket.let(1);
    queue.send([big]);
  });

  test('stops without complaint when its socket is closed', async () => {
    const { socket, queue, failures } = setUp();
    queue.send(['a']);
    queue.send(['b']);
    socket.closed = true;
    await socket.fail(new Error('closed'));
    expect(failures).toEqual([]);
  });
});
