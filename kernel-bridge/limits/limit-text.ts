import type { KernelLimit, KernelLimits } from '../kernel.ts';

/** What is said to people when a kernel was warned. @param used in bytes */
export function memoryWarning({ softMemory, memory }: KernelLimits, used: number): string {
  const hard = memory === null ? '' : ` It is killed at ${inBytes(memory)}.`;
  return (
    `This kernel uses ${inBytes(used)} of memory; it is warned at ${inBytes(softMemory ?? 0)} (limit soft_memory).` +
    `${hard} What ran was interrupted, and its variables are still there: free what is no longer needed, or load less at once.`
  );
}

/**
 * What is said to people when a kernel was ended.
 * @param used bytes of memory, else seconds
 */
export function endText(limit: KernelLimit, allowed: number, used: number): string {
  switch (limit) {
    case 'memory':
      return `The kernel was killed because it used ${inBytes(used)} of memory, and its limit is ${inBytes(allowed)} (memory). Load less data at once, free what is no longer needed, or ask for a higher limit.`;
    case 'cpu-time':
      return `The kernel was killed because it had used ${inTime(used)} of processor time, and its limit is ${inTime(allowed)} (cpu_time). Let it do less at once, or ask for a higher limit.`;
    case 'wall-time':
      return `The kernel was ended because it had run for ${inTime(used)}, and its limit is ${inTime(allowed)} (wall_time). Start it again to go on, or ask for a higher limit.`;
    case 'idle-time':
      return `The kernel was ended because it had nothing to do for ${inTime(used)}, and its limit is ${inTime(allowed)} (idle_time). Start it again to go on, or ask for a higher limit.`;
  }
}

function inBytes(bytes: number): string {
  if (bytes >= 1e9) return `${rounded(bytes / 1e9)} GB`;
  return `${rounded(bytes / 1e6)} MB`;
}

function inTime(seconds: number): string {
  if (seconds >= 5400) return `${rounded(seconds / 3600)} hours`;
  return seconds >= 90 ? `${rounded(seconds / 60)} minutes` : `${rounded(seconds)} seconds`;
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
