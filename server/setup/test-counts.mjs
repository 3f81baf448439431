// What a vitest run's JSON report says, as two numbers.

/**
 * `{ passed, failed }` of one run. A file that could not be loaded, an error outside any test and a run that ended without
 * a report (`report` is null) count as one failure each: nothing that went wrong adds up to 0.
 */
export function countTests(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1 };
  const unloaded = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

export const sumCounts = (counts) =>
  counts.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
