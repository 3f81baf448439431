import { describe, expect, test } from 'vitest';
import type { KernelExit } from '../../kernel-bridge/kernel.ts';
import { explainDeath } from './explain-death.ts';

const exit = (more: Partial<KernelExit>): KernelExit => ({
  exitCode: null,
  signal: null,
  stderrTail: '',
  outOfMemory: null,
  memoryHighWater: null,
  limit: null,
  ...more,
});

describe('explainDeath', () => {
  test.each<[Partial<KernelExit>, string]>([
    [{ exitCode: 7 }, 'exit code 7'],
    [{ exitCode: 0 }, 'exit code 0'],
    [{ signal: 'SIGSEGV' }, 'memory that is not its own (SIGSEGV)'],
    [{ signal: 'SIGUSR1' }, 'ended by a signal (SIGUSR1)'],
    [{ signal: 'SIGKILL' }, 'ended from outside (SIGKILL)'],
    [{ signal: 'SIGKILL', outOfMemory: 'counted' }, 'out of memory (SIGKILL; the system counted'],
    [{ signal: 'SIGKILL', outOfMemory: 'nearly-all-used' }, 'out of memory (SIGKILL; it held nearly all'],
    [{ signal: 'SIGKILL', limit: 'memory' }, 'a limit that was set for it (memory)'],
    [{}, 'the system does not tell why'],
  ])('%j is said on one line: %s', (how, said) => {
    const { reason, lines } = explainDeath(exit(how));
    expect(reason).toContain(said);
    expect(reason).not.toContain('\n');
    expect(lines[0]).toBe(reason);
    expect(lines).toHaveLength(3);
  });

  test('says of a limit what was said when it was reached, and whether the kernel starts again', () => {
    const killed = explainDeath(exit({ signal: 'SIGKILL', limit: 'memory' }), 'It used 9 GB.');
    expect(killed.lines).toEqual(['It used 9 GB.', expect.stringContaining('started again by itself')]);
    const ended = explainDeath(exit({ exitCode: 0, limit: 'wall-time' }), 'Its time is up.');
    expect(ended.lines).toEqual(['Its time is up.', 'Its variables are gone.']);
  });

  test('says of one that nobody starts again what helps', () => {
    const { lines } = explainDeath(
      exit({ explanation: 'The tab that ran it was closed.', isNotRestarted: true }),
    );
    expect(lines[0]).toBe('The kernel died: The tab that ran it was closed.');
    expect(lines.at(-1)).toContain('choose Restart, or start another kernel');
    expect(lines.join(' ')).not.toContain('It is started again');
  });

  test('shows the last lines that it wrote, and how much memory it held', () => {
    const stderrTail = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    const { lines } = explainDeath(exit({ exitCode: 1, stderrTail, memoryHighWater: 2_345_678_901 }));
    expect(lines).toContain('It held up to 2,346 MB of memory when it was last looked at.');
    expect(lines.slice(-20)).toEqual(Array.from({ length: 20 }, (_, line) => `line ${line + 20}`));
    expect(lines.at(-21)).toBe('The last lines that it wrote:');
  });
});
