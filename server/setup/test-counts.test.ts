import { describe, expect, it } from 'vitest';
import { countTests, sumCounts } from './test-counts.mjs';

const file = (status: string, assertions: string[]) => ({
  status,
  assertionResults: assertions.map((assertion, index) => ({ status: assertion, fullName: `test ${index}` })),
});

describe('countTests', () => {
  it('counts tests, not files', () => {
    const testResults = [file('passed', ['passed', 'passed']), file('failed', ['passed', 'failed'])];
    expect(countTests({ testResults }, 1)).toEqual({ passed: 3, failed: 1, notRun: [] });
  });

  it.each(['skipped', 'pending', 'todo'])('counts a test that is %s as a failure, and names it', (status) => {
    const testResults = [file('passed', ['passed', status])];
    expect(countTests({ testResults }, 0)).toEqual({ passed: 1, failed: 1, notRun: ['test 1'] });
  });

  it('counts each test of a file whose servers did not start as a failure', () => {
    const testResults = [file('failed', ['skipped', 'skipped', 'skipped'])];
    expect(countTests({ testResults }, 1)).toMatchObject({ passed: 0, failed: 3 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countTests({ testResults: [file('passed', ['passed']), file('failed', [])] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it('counts a failure after the last test of a file', () => {
    expect(countTests({ testResults: [file('failed', ['passed'])] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it('counts an error outside of any test as a failure', () => {
    expect(countTests({ testResults: [file('passed', ['passed', 'passed'])] }, 1)).toMatchObject({
      passed: 2,
      failed: 1,
    });
  });

  it('counts a run that ended without a report as a failure', () => {
    expect(countTests(null, 137)).toEqual({ passed: 0, failed: 1, notRun: [] });
  });
});

it('sums the groups', () => {
  const counts = [
    { passed: 3, failed: 0 },
    { passed: 4, failed: 2 },
  ];
  expect(sumCounts(counts)).toEqual({ passed: 7, failed: 2 });
});
