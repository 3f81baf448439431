import { describe, expect, test } from 'vitest';
import { kernelLimitsText, readKernelLimits } from './kernel-limits.ts';

const none = { softMemory: null, memory: null, cpuTime: null, wallTime: null, idleTime: null };

describe('readKernelLimits', () => {
  test.each([
    [{}, {}],
    ['', {}],
    [{ memory: 1000, idle_time: null }, { memory: 1000 }],
    [
      { memory: '4 GB', soft_memory: '512MiB' },
      { memory: 4e9, softMemory: 512 * 2 ** 20 },
    ],
    [
      { cpu_time: 90, wall_time: '1.5h', idle_time: '30m' },
      { cpuTime: 90, wallTime: 5400, idleTime: 1800 },
    ],
    ['memory=4gb, idle_time=2d', { memory: 4e9, idleTime: 172_800 }],
  ])('understands %j', (given, limits) => {
    expect(readKernelLimits(given)).toEqual({ ...none, ...limits });
    expect(readKernelLimits(kernelLimitsText(readKernelLimits(given)))).toEqual({ ...none, ...limits });
  });

  test.each([
    [{ memory: 0 }, 'limits.memory: must be a size'],
    [{ memory: 'much' }, 'limits.memory: must be a size'],
    [{ memory: '4 GHz' }, 'limits.memory: must be a size'],
    [{ wall_time: '-1h' }, 'limits.wall_time: must be a time'],
    [{ wall_time: true }, 'limits.wall_time: must be a time'],
    [{ memmory: 1 }, 'memmory'],
    [[1], 'must be limits like'],
    [7, 'must be limits like'],
    ['memory', 'limits.memory: must be a size'],
  ])('explains what is wrong with %j', (given, explanation) => {
    expect(() => readKernelLimits(given)).toThrow(explanation);
  });
});
