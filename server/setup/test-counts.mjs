// What a vitest run's JSON report says, as two numbers.

/**
 * `{ passed, failed, notRun }` of one run; `notRun` holds the names of tests that were skipped, by somebody's wish or because
 * what they need failed to start. They count as failed, as does a file that could not be loaded, an error outside any test and
 * a run that ended without a report (`report` is null): nothing that went wrong adds up to 0.
 */
export function countTests(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1, notRun: [] };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status === 'passed'),
  ).length;
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const notRun = tests.filter(({ status }) => !['passed', 'failed'].includes(status));
  const failed = tests.length - passed + unloaded;
  return {
    passed,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    notRun: notRun.map(({ fullName }) => fullName),
  };
}

export const sumCounts = (counts) =>
  counts.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
