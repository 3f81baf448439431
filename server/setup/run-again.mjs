// Which test files of a vitest run are tried once more, and what both runs say together (vitest's JSON reports).

/** More than that is no accident of a busy machine. */
const MOST_FILES = 4;

/** Names of the files that failed, where they are few; none of a run without a report. */
export function filesToRunAgain(report) {
  const failed = (report?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => name);
  return failed.length <= MOST_FILES ? failed : [];
}

/** The first report with the files of the second in their place; the first as it is where there is no second. */
export function joinReports(first, second) {
  const again = new Map((second?.testResults ?? []).map((file) => [file.name, file]));
  return { ...first, testResults: first.testResults.map((file) => again.get(file.name) ?? file) };
}

/** Full names of the tests (or of files that could not be loaded) that failed in the first run and passed in the second. */
export function passedAgain(first, second) {
  const passed = new Set(
    (second?.testResults ?? []).flatMap((file) =>
      file.status === 'passed' ? [file.name, ...file.assertionResults.map((test) => id(file, test))] : [],
    ),
  );
  return first.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap((file) => {
      const tests = file.assertionResults.filter(({ status }) => status === 'failed');
      if (tests.length === 0) return passed.has(file.name) ? [file.name] : [];
      return tests
        .filter((test) => passed.has(id(file, test)))
        .map((test) => `${file.name}: ${test.fullName}`);
    });
}

function id(file, { fullName }) {
  return `${file.name} ${fullName}`;
}
