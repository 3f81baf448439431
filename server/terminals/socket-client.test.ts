import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { LocalTerminals } from '../../kernel-bridge/terminals/local-terminals.ts';
import { FakePty } from '../../test/doubles/fake-pty.ts';
import { SocketClient } from './socket-client.ts';
import { Terminal } from './terminal.ts';

const MIB = 1024 * 1024;

/** A socket whose other end takes what the test says. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly #untaken: (() => void)[] = [];
  send(_message: string, callback: () => void): void {
    this.#untaken.push(callback);
  }
  takeOne(): void {
    this.#untaken.shift()?.();
  }
}

let pty: FakePty;
let terminal: Terminal;
beforeEach(async () => {
  vi.useFakeTimers();
  pty = new FakePty();
  const host = new LocalTerminals({ spawn: () => pty });
  terminal = new Terminal(await host.open({ name: null, command: ['sh'], cwd: '/', environment: {} }));
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(): { socket: SlowSocket; drop: ReturnType<typeof vi.fn> } {
  const socket = new SlowSocket();
  const drop = vi.fn(() => socket.emit('close'));
  new SocketClient(socket as unknown as WebSocket, terminal, drop);
  return { socket, drop };
}

test('I5: a client that takes nothing for 10 s is dropped, and the program goes on', () => {
  const { drop } = watch();
  pty.print('x'.repeat(MIB));
  pty.print('x');
  expect(pty.isPaused).toBe(true);
  vi.advanceTimersByTime(9_999);
  expect(drop).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(drop).toHaveBeenCalledTimes(1);
  expect(pty.isPaused).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('I5: one that is slow and takes something is waited for', () => {
  const { socket, drop } = watch();
  for (let i = 0; i < 20; i++) pty.print('x'.repeat(MIB / 16));
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(9_000);
    socket.takeOne();
  }
  expect(drop).not.toHaveBeenCalled();
  expect(pty.isPaused).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that is gone is watched no further', () => {
  const { socket, drop } = watch();
  pty.print('x'.repeat(2 * MIB));
  socket.emit('close');
  expect(vi.getTimerCount()).toBe(0);
  expect(drop).not.toHaveBeenCalled();
});
