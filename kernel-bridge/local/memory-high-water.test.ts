import { describe, expect, test } from 'vitest';
import { MemoryHighWater } from './memory-high-water.ts';

describe('MemoryHighWater', () => {
  test.runIf(process.platform === 'linux')('[D5] is what the system says of a process', async () => {
    const memory = new MemoryHighWater(process.pid);
    expect(memory.bytes).toBeNull();
    await memory.look();
    expect(memory.bytes).toBeGreaterThan(process.memoryUsage.rss() / 4);
  });

  test('[D5] is unknown for a process that is gone', async () => {
    const memory = new MemoryHighWater(2 ** 30);
    await memory.look();
    expect(memory.bytes).toBeNull();
  });
});
