import { describe, expect, it } from 'vitest';
import { barLine, lastLine, plainProgress, terminalProgress } from './progress.ts';
import type { ClientBatch, ClientRun } from './runs-client.ts';

const run = (cell: string, status: string): ClientRun => ({
  id: cell,
  cell_id: cell,
  status,
  started: '2026-01-01T00:00:00.000Z',
  ended: status === 'running' ? null : '2026-01-01T00:00:01.500Z',
  is_in_file: true,
  prompt: null,
});
const batch = (...runs: ClientRun[]): ClientBatch => ({
  request_id: 'one',
  kernel_id: 'kernel',
  is_over: false,
  outcome: null,
  reason: null,
  runs,
});

describe('the progress of a notebook', () => {
  it('is a bar on a terminal, with the last line of the cell that runs, no longer than the terminal is wide', () => {
    const runs = [run('first', 'done'), run('second', 'running')];
    expect(barLine(runs, 'step \u001b[31m1\u001b[0m', 80)).toBe(
      '[############------------] 1/2 second step 1',
    );
    expect(barLine(runs, 'step 1', 20)).toBe('[############------');
    const written: string[] = [];
    const progress = terminalProgress({ columns: 40, write: (text) => written.push(text) });
    progress.show(batch(...runs), 'a');
    progress.show(batch(...runs), 'a');
    progress.say('text');
    progress.done();
    expect(written).toEqual([
      '\r\u001b[K[############------------] 1/2 second a',
      '\r\u001b[Ktext\n',
      '\r\u001b[K',
    ]);
  });

  it('is a line a cell elsewhere, without colours', () => {
    const written: string[] = [];
    const progress = plainProgress((text) => written.push(text));
    progress.show(batch(run('first', 'done'), run('second', 'running')), 'a');
    progress.say('\u001b[31mred\u001b[0m');
    progress.show(batch(run('first', 'done'), run('second', 'failed')), 'a');
    expect(written.join('')).toBe('[1/2] first done in 1.5 s\nred\n[2/2] second failed in 1.5 s\n');
  });

  it('shows of what is printed the last line that says anything', () => {
    expect(lastLine('one\ntwo\r10 %\n\n')).toBe('10 %');
    expect(lastLine('')).toBe('');
  });
});
