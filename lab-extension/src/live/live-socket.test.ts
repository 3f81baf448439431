import { describe, expect, it } from 'vitest';
import { encodeLiveFrame, partsOf } from '../../../server/wire/live-frame.ts';
import type { LiveClock } from './live-clock.ts';
import { LiveSocket } from './live-socket.ts';
import type { LiveTransportEvents } from './live-transport.ts';

/** A clock with at most one timer, as the socket has it, and transports that the test speaks for. */
class World implements LiveClock {
  time = 0;
  timer: { readonly at: number; readonly call: () => void } | null = null;
  isOnline = true;
  readonly transports: LiveTransportEvents[] = [];
  readonly sent: (string | Uint8Array)[] = [];
  closed = 0;
  readonly socket = new LiveSocket(
    (events) => {
      this.transports.push(events);
      return { send: (data) => this.sent.push(data), close: () => (this.closed += 1) };
    },
    this,
    () => this.isOnline,
  );

  now(): number {
    return this.time;
  }

  random(): number {
    return 1;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.time + milliseconds, call };
    this.timer = timer;
    return () => {
      if (this.timer === timer) this.timer = null;
    };
  }

  /** Passes to the next timer. @returns how long that took */
  next(): number {
    const { timer } = this;
    if (timer === null) throw new Error('nothing is waited for');
    const passed = timer.at - this.time;
    this.time = timer.at;
    this.timer = null;
    timer.call();
    return passed;
  }

  get current(): LiveTransportEvents {
    return this.transports.at(-1)!;
  }

  connect(): void {
    this.current.opened();
    const person = { username: 'ada' };
    this.current.text(JSON.stringify({ type: 'welcome', protocol: 1, server: '1.2.3', person }));
  }
}

describe('LiveSocket', () => {
  it('says hello, and is connected when it is welcome', () => {
    const world = new World();
    world.socket.retry();
    expect(world.socket.status).toEqual({ kind: 'connecting' });
    expect(world.socket.send({ type: 'close', handle: 1 })).toBe(false);
    world.connect();
    expect(world.socket.status).toMatchObject({ kind: 'connected', server: '1.2.3' });
    expect(world.socket.send({ type: 'close', handle: 1 })).toBe(true);
    expect(world.sent).toEqual(['{"type":"hello","protocol":1}', '{"type":"close","handle":1}']);
  });

  it('tries again with growing pauses up to a longest one, which a connection that lasts ends', () => {
    const world = new World();
    world.socket.retry();
    const pauses = Array.from({ length: 7 }, () => {
      world.current.closed('');
      return world.next();
    });
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(world.socket.status).toMatchObject({ kind: 'reconnecting', since: new Date(0) });
    world.connect();
    world.current.closed('');
    expect(world.next()).toBe(15_000);
    world.connect();
    world.current.text('{"type":"alive"}');
    world.current.closed('');
    expect(world.next()).toBe(500);
  });

  it('says that there is no network where the browser says so, and tries at once when there is one again', () => {
    const world = new World();
    world.socket.retry();
    world.isOnline = false;
    world.current.closed('');
    expect(world.socket.status.kind).toBe('offline');
    world.socket.wake();
    expect(world.transports).toHaveLength(2);
    world.socket.wake();
    expect(world.transports).toHaveLength(2);
  });

  it('gives a connection up on which nothing is heard, and not one that speaks', () => {
    const world = new World();
    world.socket.retry();
    world.connect();
    for (let looks = 0; looks < 10; looks += 1) {
      world.next();
      world.current.text('{"type":"alive"}');
    }
    expect(world.closed).toBe(0);
    for (let looks = 0; looks < 6; looks += 1) world.next();
    expect(world.closed).toBe(1);
    expect(world.socket.status.kind).toBe('reconnecting');
  });

  it('gives a computer that slept the time to read what came', () => {
    const world = new World();
    world.socket.retry();
    world.connect();
    world.time += 8 * 60 * 60 * 1_000;
    const late = world.timer!;
    world.timer = null;
    late.call();
    expect(world.socket.isConnected).toBe(true);
  });

  it('doubts a silent connection when the page comes to the front', () => {
    const world = new World();
    world.socket.retry();
    world.connect();
    world.time += 13_000;
    world.socket.wake();
    expect([world.closed, world.transports.length]).toEqual([1, 2]);
  });

  it('puts frames together that come in parts, of several documents in turns', () => {
    const world = new World();
    world.socket.retry();
    world.connect();
    const heard: unknown[] = [];
    world.socket.frame.connect((_, frame) => heard.push(frame));
    const frames = [1, 2].map((handle) => {
      const payload = new Uint8Array(50).fill(handle);
      return { handle, kind: 'missing' as const, payload };
    });
    const [one, other] = frames.map((frame) => [...partsOf(frame.handle, encodeLiveFrame(frame), 20)]);
    one!.forEach((part, index) => {
      world.current.binary(part);
      world.current.binary(other![index]!);
    });
    expect(heard).toEqual(frames);
  });

  it('stops where only reloading helps', () => {
    const world = new World();
    world.socket.retry();
    world.current.closed('unknown-protocol');
    expect(world.socket.status).toEqual({ kind: 'outdated' });
    expect(world.timer).toBeNull();
    world.socket.retry();
    expect(world.transports).toHaveLength(1);
  });
});
