import { expect, test } from 'vitest';
import { endText, memoryWarning } from './limit-text.ts';
import { NO_LIMITS } from './strictest-limits.ts';

test('[Q5] people are told which limit, what it is, what was used, and what to do', () => {
  const limits = { ...NO_LIMITS, softMemory: 4e9, memory: 8e9 };
  expect(memoryWarning(limits, 5.126e9)).toBe(
    'This kernel uses 5.13 GB of memory; it is warned at 4 GB (limit soft_memory). It is killed at 8 GB. What ran was interrupted, and its variables are still there: free what is no longer needed, or load less at once.',
  );
  expect(memoryWarning({ ...limits, memory: null }, 5e9)).not.toContain('killed');
  expect(endText('memory', 500e6, 612_345_678)).toMatch(
    /used 612 MB of memory, and its limit is 500 MB \(memory\)/,
  );
  expect(endText('cpu-time', 60, 61.2)).toMatch(/used 61 seconds .* its limit is 60 seconds \(cpu_time\)/);
  expect(endText('wall-time', 7200, 7201)).toMatch(/run for 2 hours, and its limit is 2 hours \(wall_time\)/);
  expect(endText('idle-time', 600, 600)).toMatch(/nothing to do for 10 minutes, .* 10 minutes \(idle_time\)/);
});
