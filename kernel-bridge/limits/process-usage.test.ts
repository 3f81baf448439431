import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { usageOf } from './process-usage.ts';

test.runIf(process.platform === 'linux')(
  '[Q2] what a process started counts, and memory that they share only once',
  async () => {
    // A parent with a block of memory, and a child of it that shares that block, burns time and has a block of its own.
    const program = [
      'import os, time',
      'block = b"x" * 100_000_000',
      'if os.fork() == 0:',
      '    own = b"y" * 50_000_000',
      '    while time.process_time() < 0.3: pass',
      '    print("ready", flush=True)',
      'time.sleep(600)',
    ].join('\n');
    const child = spawn('python3', ['-c', program], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const usage = usageOf(child.pid!);
      expect(usage!.memory).toBeGreaterThan(150e6);
      expect(usage!.memory).toBeLessThan(250e6);
      expect(usage!.cpuTime).toBeGreaterThanOrEqual(0.3);
    } finally {
      process.kill(-child.pid!, 'SIGKILL');
      await once(child, 'exit');
    }
    expect(usageOf(child.pid!)).toBeNull();
  },
);
