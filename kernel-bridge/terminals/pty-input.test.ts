import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PtyInput } from './pty-input.ts';

/** A named pipe is full and empties as a pseudo-terminal does: EAGAIN where there is no room. */
let folder: string;
let reading: number;
let writing: number;
let isOpen: boolean;
let input: PtyInput;

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'pty-input-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  isOpen = true;
  input = new PtyInput(writing, () => isOpen);
});
afterEach(() => {
  input.close();
  vi.useRealTimers();
  closeSync(reading);
  closeSync(writing);
  rmSync(folder, { recursive: true });
});

/** What has been written and not read so far. */
function readAll(): Buffer {
  const chunk = Buffer.alloc(1024 * 1024);
  try {
    return chunk.subarray(0, readSync(reading, chunk));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN');
    return Buffer.alloc(0);
  }
}

test('what there is room for is written at once', () => {
  input.write('ls ☃\r');
  input.write('');
  expect(readAll().toString()).toBe('ls ☃\r');
  expect(input.pending).toBe(0);
});

test('the rest waits until there is room, in order, and is told when it has gone', () => {
  const drained = vi.fn();
  input.onDrain(drained);
  const first = 'a☃'.repeat(100_000);
  input.write(first);
  input.write('second');
  expect(drained).not.toHaveBeenCalled();
  expect(input.pending).toBeGreaterThan(300_000);
  const received: Buffer[] = [];
  while (input.pending > 0) {
    received.push(readAll());
    vi.advanceTimersByTime(200);
  }
  expect(Buffer.concat([...received, readAll()]).toString()).toBe(`${first}second`);
  expect(drained).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a program that reads nothing is asked ever more seldom', () => {
  input.write('x'.repeat(1_000_000));
  vi.advanceTimersByTime(10_000);
  const pending = input.pending;
  const tries = vi.spyOn(globalThis, 'setTimeout');
  vi.advanceTimersByTime(10_000);
  expect(tries).toHaveBeenCalledTimes(50);
  expect(input.pending).toBe(pending);
});

test('nothing is written to a number that may belong to another file by now', () => {
  isOpen = false;
  input.write('typed too late');
  expect(readAll()).toHaveLength(0);
  expect(input.pending).toBe(0);
});

test('closing forgets what waits', () => {
  input.write('x'.repeat(1_000_000));
  input.close();
  expect(input.pending).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
