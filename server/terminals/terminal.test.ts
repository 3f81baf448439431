import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakePty } from '../../test/doubles/fake-pty.ts';
import { Terminal } from './terminal.ts';
import type { TerminalClient, TerminalSize } from './terminal.ts';

const MIB = 1024 * 1024;

class Client implements TerminalClient {
  size: TerminalSize | null = null;
  unsent = 0;
  readonly seen: string[] = [];
  readonly inputTaken = vi.fn();
  readonly ended = vi.fn();
  readonly drop = vi.fn();
  send(output: string): void {
    this.seen.push(output);
  }
}

let now: number;
let pty: FakePty;
let terminal: Terminal;
beforeEach(() => {
  vi.useFakeTimers();
  now = 1_000;
  pty = new FakePty();
  terminal = new Terminal('1', pty, () => now);
});
afterEach(() => {
  vi.useRealTimers();
});

function attach(size: TerminalSize | null = null): Client {
  const client = new Client();
  client.size = size;
  terminal.attach(client);
  terminal.resize();
  return client;
}

describe('output', () => {
  test('goes to everybody; who comes later gets what was printed before, in one piece', () => {
    const first = attach();
    expect(first.seen).toEqual([]);
    pty.print('one ');
    pty.print('two');
    const second = attach();
    pty.print('!');
    expect(first.seen).toEqual(['one ', 'two', '!']);
    expect(second.seen).toEqual(['one two', '!']);
  });

  test('who comes back sees what was printed while nobody looked', () => {
    const before = attach();
    terminal.detach(before);
    pty.print('meanwhile');
    expect(before.seen).toEqual([]);
    expect(attach().seen).toEqual(['meanwhile']);
  });

  test('of very much only the end is kept for those who come later', () => {
    for (let i = 0; i < 100; i++) pty.print(String(i % 10).repeat(10_000));
    expect(attach().seen.join('')).toHaveLength(520_000);
    expect(attach().seen.join('')).toMatch(/9$/);
  });

  test('I5: a client that does not keep up makes the program wait, until it has taken most of it', () => {
    const [slow, quick] = [attach(), attach()];
    slow.unsent = MIB;
    pty.print('x');
    expect(pty.isPaused).toBe(false);
    slow.unsent = MIB + 1;
    pty.print('x');
    expect(pty.isPaused).toBe(true);
    slow.unsent = MIB / 4 + 1;
    terminal.continue();
    expect(pty.isPaused).toBe(true);
    slow.unsent = MIB / 4;
    terminal.continue();
    expect(pty.isPaused).toBe(false);
    expect(quick.seen).toEqual(['x', 'x']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the program goes on when the slow client leaves', () => {
    const slow = attach();
    slow.unsent = 2 * MIB;
    pty.print('x');
    expect(pty.isPaused).toBe(true);
    terminal.detach(slow);
    expect(pty.isPaused).toBe(false);
  });

  test('I5: a client that takes nothing for 10 s is dropped; one that takes something is not', () => {
    const [stuck, slow] = [attach(), attach()];
    stuck.unsent = slow.unsent = 2 * MIB;
    pty.print('x');
    slow.unsent -= 1;
    vi.advanceTimersByTime(10_000);
    expect(stuck.drop).toHaveBeenCalledTimes(1);
    expect(slow.drop).not.toHaveBeenCalled();
    terminal.detach(stuck);
    expect(pty.isPaused).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(slow.drop).toHaveBeenCalledTimes(1);
  });
});

describe('size', () => {
  test("is the smallest client's, in each direction", () => {
    const large = attach({ rows: 50, columns: 90 });
    attach({ rows: 60, columns: 80 });
    attach();
    expect(pty.sizes).toEqual([
      [90, 50],
      [80, 50],
    ]);
    large.size = { rows: 20, columns: 85 };
    terminal.resize();
    expect(pty.sizes.at(-1)).toEqual([80, 20]);
    terminal.detach(large);
    expect(pty.sizes.at(-1)).toEqual([80, 60]);
  });

  test('is not told again when it stays, nor lost with the last client', () => {
    const only = attach({ rows: 24, columns: 80 });
    terminal.resize();
    terminal.detach(only);
    attach({ rows: 24, columns: 80 });
    expect(pty.sizes).toEqual([[80, 24]]);
  });
});

test('typing and printing are activity, looking is none', () => {
  now = 2_000;
  attach();
  expect(terminal.lastActivity).toBe(1_000);
  terminal.write('ls\r');
  expect(pty.typed).toEqual(['ls\r']);
  expect(terminal.lastActivity).toBe(2_000);
  now = 3_000;
  pty.print('a.txt');
  expect(terminal.lastActivity).toBe(3_000);
});

test('everybody is told when input has been taken', () => {
  const client = attach();
  pty.pendingInput = 5;
  expect(terminal.pendingInput).toBe(5);
  pty.drain();
  expect(client.inputTaken).toHaveBeenCalledTimes(1);
});

describe('the end', () => {
  test('of the program is told to everybody once', async () => {
    const client = attach();
    pty.exit();
    await terminal.exited;
    await Promise.resolve();
    expect(client.ended).toHaveBeenCalledTimes(1);
    terminal.detach(client);
  });

  test('comes politely', async () => {
    await terminal.terminate();
    expect(pty.signals).toEqual(['SIGHUP']);
  });

  test('comes by force where it must, also to a program that waits for a slow client', async () => {
    pty.endedBy = 'SIGKILL';
    const slow = attach();
    slow.unsent = 2 * MIB;
    pty.print('x');
    const ended = terminal.terminate();
    expect(pty.isPaused).toBe(false);
    await vi.advanceTimersByTimeAsync(500);
    await ended;
    expect(pty.signals).toEqual(['SIGHUP', 'SIGCONT', 'SIGINT', 'SIGTERM', 'SIGKILL']);
  });

  test('is not waited for without end', async () => {
    pty.endedBy = undefined;
    const ended = terminal.terminate();
    await vi.advanceTimersByTimeAsync(2_500);
    await ended;
  });

  test('leaves no timer behind', async () => {
    const slow = attach();
    slow.unsent = 2 * MIB;
    pty.print('x');
    pty.exit();
    await terminal.exited;
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });
});
