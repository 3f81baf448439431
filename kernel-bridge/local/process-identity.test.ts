import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { lookAtProcess, parseStat } from './process-identity.ts';

test('[A2] a process is told by when it was started, whatever its program is called', () => {
  const rest = Array.from({ length: 40 }, (_, index) => String(index + 4)).join(' ');
  expect(parseStat(`7 (a) T (b c)) S ${rest}`)).toEqual({ state: 'living', startTicks: '22' });
  expect(parseStat(`7 (python) T ${rest}`).state).toBe('stopped');
  expect(parseStat(`7 (python) Z ${rest}`).state).toBe('zombie');
});

test('[A2] a process is the same for as long as it lives, and another is not it', async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    const seen = lookAtProcess(child.pid!);
    expect(seen).toMatchObject({ state: 'living' });
    child.kill('SIGSTOP');
    await expect.poll(() => lookAtProcess(child.pid!)).toEqual({ ...seen, state: 'stopped' });
    expect(lookAtProcess(process.pid)?.identity).not.toBe(seen?.identity);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(lookAtProcess(child.pid!)).toBeNull();
});
