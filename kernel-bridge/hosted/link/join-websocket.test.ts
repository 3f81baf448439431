import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BytePipe } from './byte-pipe.ts';
import { joinWebSocket, type LinkWebSocket } from './join-websocket.ts';

class Socket implements LinkWebSocket {
  binaryType = 'blob';
  bufferedAmount = 0;
  readyState = 1;
  readonly sent: number[] = [];
  readonly close = vi.fn();
  readonly #listeners = new Map<string, (event: { readonly data: unknown }) => void>();

  send(data: Uint8Array): void {
    this.sent.push(data.byteLength);
  }

  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }

  emit(type: string, data?: unknown): void {
    this.#listeners.get(type)?.({ data });
  }
}

const end = { receive: vi.fn(), drained: vi.fn(), closed: vi.fn() };
let socket: Socket;
let pipe: BytePipe;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  socket = new Socket();
  joinWebSocket(socket, (joined) => {
    pipe = joined;
    return end;
  });
});
afterEach(() => vi.useRealTimers());

test('bytes are received, and texts are left to others', () => {
  socket.emit('message', '{"type":"accepted"}');
  socket.emit('message', Uint8Array.of(1, 2).buffer);
  expect(end.receive.mock.calls).toEqual([[Uint8Array.of(1, 2)]]);
  expect(socket.binaryType).toBe('arraybuffer');
});

test('what is long goes in pieces that a server takes', () => {
  pipe.write([new Uint8Array(3), new Uint8Array(600_000)]);
  expect(socket.sent).toEqual([3, 262_144, 262_144, 75_712]);
});

test('it is told when what waited has gone out, and not when nothing did', () => {
  pipe.write([new Uint8Array(3)]);
  vi.advanceTimersByTime(1000);
  expect(end.drained).not.toHaveBeenCalled();
  socket.bufferedAmount = 1_000_000;
  pipe.write([new Uint8Array(3)]);
  expect(pipe.waitingBytes).toBe(1_000_000);
  vi.advanceTimersByTime(1000);
  expect(end.drained).not.toHaveBeenCalled();
  socket.bufferedAmount = 0;
  vi.advanceTimersByTime(1000);
  expect(end.drained).toHaveBeenCalledTimes(1);
});

test('after the end nothing is sent, nor looked for', () => {
  socket.bufferedAmount = 1_000_000;
  pipe.write([new Uint8Array(3)]);
  pipe.close();
  expect(socket.close).toHaveBeenCalled();
  socket.readyState = 3;
  socket.emit('close');
  expect(end.closed).toHaveBeenCalledTimes(1);
  pipe.write([new Uint8Array(3)]);
  expect(socket.sent).toEqual([3]);
  expect(vi.getTimerCount()).toBe(0);
});
