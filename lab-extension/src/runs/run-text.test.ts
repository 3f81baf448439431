import { describe, expect, it } from 'vitest';
import { openRunText, pastRunText } from './run-text.ts';
import type { Run } from './runs-client.ts';

const run = (seconds: number, status: Run['status'] = 'done'): Run => ({
  id: `took ${seconds}`,
  cell_id: 'a',
  status,
  who: 'ada',
  started: '2026-03-02T09:00:00.000Z',
  ended: new Date(Date.parse('2026-03-02T09:00:00.000Z') + seconds * 1000).toISOString(),
});
const nameOf = (): string => 'Ada L.';
const nobody = (): string => '';
const open = { run_id: 'r', status: 'running', who: 'bob', started: null, prompt: null } as const;
const times = (past: Parameters<typeof openRunText>[1]['past']) => ({ since: 1_000, now: 13_000, past });

describe('what a cell says of its runs', () => {
  it('counts while it runs, and says how long it took last time', () => {
    expect(openRunText(open, times(null))).toBe('Running for 12 s');
    const past = { latest: run(3, 'failed'), before: run(70) };
    expect(openRunText(open, times(past))).toBe('Running for 12 s (last time 1 min 10 s)');
  });

  it('says what it waits for', () => {
    expect(openRunText({ ...open, status: 'queued' }, times(null))).toBe('Waiting for its turn');
    const prompt = { message_id: 'm', prompt: 'Who?', is_password: false };
    expect(openRunText({ ...open, prompt }, times(null))).toBe('Waiting for an answer');
  });

  it('says how it ended, unless that was at once', () => {
    expect(pastRunText({ latest: run(12), before: run(5) }, nameOf)).toBe(
      'Took 12 s (the time before 5.0 s) · Ada L.',
    );
    expect(pastRunText({ latest: run(2, 'interrupted'), before: null }, nobody)).toBe(
      'Interrupted after 2.0 s',
    );
    expect(pastRunText({ latest: run(0.2), before: null }, nameOf)).toBe('');
    expect(
      pastRunText({ latest: { ...run(0), started: null, status: 'aborted' }, before: null }, nameOf),
    ).toBe('');
  });
});
