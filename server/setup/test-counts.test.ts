import { describe, expect, it } from 'vitest';
import { countTests, sumCounts } from './test-counts.mjs';

const file = (status: string, assertions: string[]) => ({
  status,
  assertionResults: assertions.map((assertion) => ({ status: assertion })),
});

describe('countTests', () => {
  it('counts tests, not files', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [file('passed', ['passed', 'passed']), file('failed', ['passed', 'failed'])],
    };
    expect(countTests(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const report = { numPassedTests: 2, numFailedTests: 0, testResults: [file('failed', [])] };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1 });
  });

  it('counts an error outside of any test as a failure', () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 0,
      testResults: [file('passed', ['passed', 'passed'])],
    };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1 });
  });

  it('counts a run that ended without a report as a failure', () => {
    expect(countTests(null, 137)).toEqual({ passed: 0, failed: 1 });
  });
});

it('sums the groups', () => {
  const counts = [
    { passed: 3, failed: 0 },
    { passed: 4, failed: 2 },
  ];
  expect(sumCounts(counts)).toEqual({ passed: 7, failed: 2 });
});
