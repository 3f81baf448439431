import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { watchLiveness } from './page-liveness.ts';

class SilentSocket extends EventEmitter {
  bufferedAmount = 0;
  isPaused = false;
  isOver = false;
  pings = 0;

  ping(): void {
    this.pings += 1;
  }

  terminate(): void {
    this.isOver = true;
    this.emit('close');
  }
}

function watched() {
  const webSocket = new SilentSocket();
  const socket = Object.assign(new Duplex(), { bytesRead: 0 });
  watchLiveness(webSocket as unknown as WebSocket, socket, () => undefined);
  return { webSocket, socket };
}

describe('[L11] the liveness of a page', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends the socket of one that is gone within 30 s', () => {
    const { webSocket } = watched();
    vi.advanceTimersByTime(30_000);
    expect(webSocket.isOver).toBe(true);
    expect(webSocket.pings).toBe(2);
  });

  it('is told by its answers to pings', () => {
    const { webSocket } = watched();
    for (let looks = 0; looks < 20; looks += 1) {
      vi.advanceTimersByTime(10_000);
      webSocket.emit('pong');
    }
    expect(webSocket.isOver).toBe(false);
  });

  it('is told by a long message that is on its way, in either direction', () => {
    const { webSocket, socket } = watched();
    for (let looks = 0; looks < 10; looks += 1) {
      socket.bytesRead += 1_000;
      vi.advanceTimersByTime(10_000);
    }
    webSocket.bufferedAmount = 10_000;
    for (let looks = 0; looks < 10; looks += 1) {
      vi.advanceTimersByTime(10_000);
      webSocket.bufferedAmount -= 1_000;
    }
    expect(webSocket.isOver).toBe(false);
  });

  it('is not doubted while the server does not read what the page sends', () => {
    const { webSocket } = watched();
    webSocket.isPaused = true;
    vi.advanceTimersByTime(100_000);
    expect(webSocket.isOver).toBe(false);
  });
});
