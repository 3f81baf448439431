import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { keepAlive } from './websocket-keep-alive.ts';

const SECONDS = 1_000;

class Socket extends EventEmitter {
  readonly ping = vi.fn();
  readonly terminate = vi.fn();
}

let socket: Socket;
beforeEach(() => {
  vi.useFakeTimers();
  socket = new Socket();
  keepAlive(socket as unknown as WebSocket);
});
afterEach(() => {
  vi.useRealTimers();
});

test('pings every 30 s, for as long as the client answers', () => {
  for (let i = 1; i <= 10; i++) {
    vi.advanceTimersByTime(30 * SECONDS);
    expect(socket.ping).toHaveBeenCalledTimes(i);
    socket.emit('pong');
  }
  expect(socket.terminate).not.toHaveBeenCalled();
});

test('ends the socket of a client that has not answered for 90 s', () => {
  vi.advanceTimersByTime(90 * SECONDS);
  expect(socket.terminate).not.toHaveBeenCalled();
  vi.advanceTimersByTime(30 * SECONDS);
  expect(socket.terminate).toHaveBeenCalledTimes(1);
});

test('gives clients time to answer after the machine slept', () => {
  vi.advanceTimersByTime(30 * SECONDS);
  socket.emit('pong');
  vi.setSystemTime(Date.now() + 3_600 * SECONDS);
  vi.advanceTimersByTime(30 * SECONDS);
  expect(socket.terminate).not.toHaveBeenCalled();
  expect(socket.ping).toHaveBeenCalledTimes(2);
  socket.emit('pong');
  vi.advanceTimersByTime(90 * SECONDS);
  expect(socket.terminate).not.toHaveBeenCalled();
});

test('stops with the socket', () => {
  socket.emit('close');
  expect(vi.getTimerCount()).toBe(0);
});
