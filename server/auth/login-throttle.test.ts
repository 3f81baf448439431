import { expect, test } from 'vitest';
import { HttpError } from '../http-error.ts';
import { LoginThrottle } from './login-throttle.ts';

/** Time that passes only where something waits. */
function throttleOnItsOwnTime(): {
  throttle: LoginThrottle;
  waits: number[];
  pass: (milliseconds: number) => void;
} {
  let now = 0;
  const waits: number[] = [];
  const wait = (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    now += milliseconds;
    return Promise.resolve();
  };
  return {
    throttle: new LoginThrottle(() => now, wait),
    waits,
    pass: (milliseconds) => void (now += milliseconds),
  };
}
const wrong = (): Promise<boolean> => Promise.resolve(false);
const right = (): Promise<boolean> => Promise.resolve(true);

test('delays grow with the failures of an address, up to a bound, and a success forgets them', async () => {
  const { throttle, waits } = throttleOnItsOwnTime();
  for (let attempt = 0; attempt < 10; attempt += 1)
    expect(await throttle.attempt('10.0.0.1', wrong)).toBe(false);
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
  expect(await throttle.attempt('10.0.0.1', right)).toBe(true);
  await throttle.attempt('10.0.0.1', wrong);
  expect(waits).toHaveLength(8);
});

test('the owner at another address is not made to wait for what a guesser did', async () => {
  const { throttle, waits } = throttleOnItsOwnTime();
  for (let attempt = 0; attempt < 20; attempt += 1) await throttle.attempt('10.0.0.1', wrong);
  waits.length = 0;
  expect(await throttle.attempt('10.0.0.2', right)).toBe(true);
  expect(waits).toEqual([]);
});

test('the owner at the same address gets in after a bounded wait', async () => {
  const { throttle, waits } = throttleOnItsOwnTime();
  for (let attempt = 0; attempt < 20; attempt += 1) await throttle.attempt('127.0.0.1', wrong);
  expect(await throttle.attempt('127.0.0.1', right)).toBe(true);
  expect(Math.max(...waits)).toBe(8000);
});

test('attempts of one address at once are answered one after another, and too many are refused', async () => {
  const throttle = new LoginThrottle();
  const running: string[] = [];
  const releases: (() => void)[] = [];
  const check = (): Promise<boolean> => {
    running.push('started');
    return new Promise((resolve) => releases.push(() => resolve(true)));
  };
  const attempts = Array.from({ length: 5 }, () => throttle.attempt('10.0.0.1', check));
  await expect(throttle.attempt('10.0.0.1', check)).rejects.toThrow(HttpError);
  for (let turn = 1; turn <= 5; turn += 1) {
    await attempts[turn - 2];
    await new Promise((resolve) => setImmediate(resolve));
    expect(running).toHaveLength(turn);
    releases[turn - 1]?.();
  }
  expect(await Promise.all(attempts)).toEqual([true, true, true, true, true]);
});

test('guesses from ever new addresses slow everybody down a little, and for a while', async () => {
  const { throttle, waits, pass } = throttleOnItsOwnTime();
  for (let address = 0; address < 200; address += 1) await throttle.attempt(`10.0.0.${address}`, wrong);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
  expect(waits.at(-1)).toBeGreaterThan(0);
  pass(10 * 60_000);
  waits.length = 0;
  await throttle.attempt('10.9.9.9', right);
  expect(waits).toEqual([]);
});

test('addresses of one IPv6 network count as one', async () => {
  const { throttle, waits } = throttleOnItsOwnTime();
  for (let host = 1; host < 6; host += 1) await throttle.attempt(`2001:db8:1:2:${host}::1`, wrong);
  expect(waits).toEqual([250, 500]);
});

test('a check that fails is told to whoever asked, and the next attempt comes all the same', async () => {
  const throttle = new LoginThrottle();
  await expect(throttle.attempt('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await throttle.attempt('a', right)).toBe(true);
});
