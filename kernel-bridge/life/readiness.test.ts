import { describe, expect, test } from 'vitest';
import { KernelError } from '../kernel.ts';
import { Readiness } from './readiness.ts';

const over = new KernelError('KERNEL_DEAD', 'over');

describe('Readiness', () => {
  test('[R4] lets those who wait go on waiting when a process is replaced', async () => {
    const readiness = new Readiness();
    const waiting = readiness.promise;
    readiness.renew();
    readiness.resolve({ process: 2 });
    expect(await waiting).toEqual({ process: 2 });
  });

  test('[R4] starts anew for a new process', async () => {
    const readiness = new Readiness();
    readiness.resolve({ process: 1 });
    readiness.renew();
    readiness.resolve({ process: 2 });
    expect(await readiness.promise).toEqual({ process: 2 });
  });

  test('[R3] [R4] fails for those who wait and those who ask later', async () => {
    const readiness = new Readiness();
    const waiting = readiness.promise;
    readiness.reject(over);
    await expect(waiting).rejects.toBe(over);
    await expect(readiness.promise).rejects.toBe(over);
    expect(readiness.failed).toBe(true);
  });

  test('[R4] a kernel that was ready and has ended is not ready', async () => {
    const readiness = new Readiness();
    readiness.resolve({});
    readiness.reject(over);
    await expect(readiness.promise).rejects.toBe(over);
  });
});
