import { describe, expect, test } from 'vitest';
import { whereText } from './host-text.ts';

const here = { kind: 'here', kernelId: 'k', unshared: 0, canInterrupt: true } as const;
const anna = { title: 'Chromium on Linux', person: 'Anna', isThere: true };

describe('where a kernel runs', () => {
  test('says how far it is loaded', () => {
    const loading = { kind: 'loading', text: 'Loading Python', done: 0.426 } as const;
    expect(whereText({ ...here, state: loading })).toMatchObject({
      short: 'Loading Python 43%',
      progress: 0.426,
    });
    expect(whereText({ ...here, state: { ...loading, done: null } })).toMatchObject({
      short: 'Loading Python',
      progress: null,
    });
  });

  test('says that closing this tab ends its variables, and keeps its outputs', () => {
    const { short, long } = whereText({ ...here, state: { kind: 'idle' } });
    expect(short).toBe('Runs in this tab');
    expect(long.join(' ')).toContain('outputs stay in the notebook and variables end');
  });

  test('says what is not shared yet, and that a cell cannot be interrupted', () => {
    const { short, long } = whereText({ ...here, state: { kind: 'busy' }, unshared: 3, canInterrupt: false });
    expect(short).toBe('Runs in this tab, not yet shared');
    expect(long.join(' ')).toContain('cannot be interrupted');
  });

  test('names whose tab it is, and in which browser', () => {
    expect(whereText({ kind: 'elsewhere', host: anna }).short).toBe('Runs in Anna’s tab (Chromium on Linux)');
    expect(whereText({ kind: 'elsewhere', host: { ...anna, person: null } }).short).toBe(
      'Runs in another tab of yours (Chromium on Linux)',
    );
    expect(whereText({ kind: 'elsewhere', host: { ...anna, isThere: false } }).short).toBe(
      'Waits for Anna’s tab',
    );
  });

  test('offers to start again what is over, and says why', () => {
    expect(whereText({ kind: 'over', wasHere: false }).over).toMatch(
      /^The tab that ran this kernel was closed/,
    );
    expect(whereText({ kind: 'over', wasHere: true }).over).toMatch(/^This kernel was shut down\./);
    const ended = whereText({ ...here, state: { kind: 'ended', why: 'its memory ran out' } });
    expect(ended.long[0]).toBe('Its memory ran out.');
    expect(ended.over).toBe('This kernel has ended. Its memory ran out. Outputs stay, variables ended.');
    expect(whereText({ ...here, state: { kind: 'busy' } }).over).toBeNull();
  });
});
