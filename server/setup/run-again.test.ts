import { describe, expect, it } from 'vitest';
import { filesToRunAgain, joinReports, passedAgain } from './run-again.mjs';
import { countTests } from './test-counts.mjs';

const file = (name: string, tests: Record<string, string>) => ({
  name,
  status: Object.values(tests).every((status) => status === 'passed') ? 'passed' : 'failed',
  assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
});
const first = {
  testResults: [file('a', { one: 'passed' }), file('b', { two: 'failed', three: 'passed', four: 'failed' })],
};

describe('what failed', () => {
  it('is run again where it is little', () => {
    expect(filesToRunAgain(first)).toEqual(['b']);
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => file(name, { one: 'failed' }));
    expect(filesToRunAgain({ testResults: many })).toEqual([]);
    expect(filesToRunAgain(null)).toEqual([]);
  });

  it('counts as its second run says, and is told by name', () => {
    const second = { testResults: [file('b', { two: 'passed', three: 'passed', four: 'passed' })] };
    expect(countTests(joinReports(first, second), 0)).toEqual({ passed: 4, failed: 0, notRun: [] });
    expect(passedAgain(first, second)).toEqual(['b: two', 'b: four']);
  });

  it('stays failed where it fails again, or was not run', () => {
    const second = { testResults: [file('b', { two: 'failed', three: 'passed', four: 'passed' })] };
    expect(countTests(joinReports(first, second), 1)).toMatchObject({ passed: 3, failed: 1 });
    expect(passedAgain(first, second)).toEqual([]);
    expect(countTests(joinReports(first, null), 1)).toMatchObject({ passed: 2, failed: 2 });
    expect(passedAgain(first, null)).toEqual([]);
  });

  it('is a file, too, that could not be loaded', () => {
    const unloaded = { testResults: [{ name: 'c', status: 'failed', assertionResults: [] }] };
    expect(filesToRunAgain(unloaded)).toEqual(['c']);
    const loaded = { testResults: [file('c', { one: 'passed' })] };
    expect(passedAgain(unloaded, loaded)).toEqual(['c']);
    expect(countTests(joinReports(unloaded, loaded), 0)).toMatchObject({ passed: 1, failed: 0 });
  });
});
