// What `npm test` does once a supported Node runs it. The last line says how many tests passed and failed.
import { reportFailure } from './setup-error.mjs';
import { sumCounts } from './test-counts.mjs';
import { runTestGroup, setUpForTests } from './test-groups.mjs';

export default async function runTests(filters) {
  const counts = [];
  try {
    await setUpForTests({ browser: true });
    for (const group of ['unit', 'integration', 'browser']) counts.push(await runTestGroup(group, filters));
  } catch (error) {
    reportFailure(error);
    counts.push({ passed: 0, failed: 1 });
  }
  const { passed, failed } = sumCounts(counts);
  if (failed > 0 || passed === 0) process.exitCode = 1;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}
