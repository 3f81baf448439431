import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parsePartitions } from './cluster.ts';
import { explainEnd, isMeant } from './end-words.ts';
import { parseOwnJobs } from './job-name.ts';
import { forgottenJob, parseJobEnd, parseReports } from './job-report.ts';
import { queueText } from './queue-words.ts';
import { describeDuration, parseDuration } from './slurm-duration.ts';
import { slurmFailure } from './slurm-failure.ts';
import { shellQuote } from './shell-quote.ts';

test.each([
  ['30', 1800],
  ['1:30', 90],
  ['2:00:00', 7200],
  ['1-12', 129_600],
  ['1-0:30', 88_200],
  ['UNLIMITED', Infinity],
  ['abc', null],
  ['', null],
  ['1:2:3:4', null],
])('the time %s of Slurm is %s seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  [30, '30 s'],
  [90, '2 min'],
  [7_260, '2 h 1 min'],
  [129_600, '1 d 12 h'],
  [Infinity, 'no limit'],
])('%s seconds are told as %s', (seconds, text) => {
  expect(describeDuration(seconds)).toBe(text);
});

test('a quoted word is what a shell reads, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (words) => {
      const clean = words.map((word) => word.replaceAll('\0', ''));
      const script = `printf '%s\\0' ${clean.map(shellQuote).join(' ')}`;
      const read = execFileSync('bash', ['-c', script], { env: { LC_ALL: 'C.UTF-8' } }).toString();
      expect(read.split('\0').slice(0, -1)).toEqual(clean);
    }),
    { numRuns: 30 },
  );
  expect(() => shellQuote('a\0b')).toThrow(TypeError);
});

describe('what Slurm prints', () => {
  test('of the queue: states, times in UTC, reasons that hold anything', () => {
    const printed = [
      '12|PENDING|debug|2027-11-21T21:24:47|N/A||ReqNodeNotAvail, UnavailableNodes:n|1',
      '13|RUNNING|short|2026-11-21T21:24:46|2026-11-21T21:25:46|vm|None',
      'slurm_load_jobs error: something',
      '',
    ].join('\n');
    expect(parseReports(printed)).toEqual([
      {
        ...{ jobId: '12', state: 'PENDING', partition: 'debug', nodes: '', end: null },
        start: Date.UTC(2027, 10, 21, 21, 24, 47),
        reason: 'ReqNodeNotAvail, UnavailableNodes:n|1',
      },
      {
        ...{ jobId: '13', state: 'RUNNING', partition: 'short', nodes: 'vm', reason: 'None' },
        start: Date.UTC(2026, 10, 21, 21, 24, 46),
        end: Date.UTC(2026, 10, 21, 21, 25, 46),
      },
    ]);
  });

  test('of partitions: several kinds of nodes in one, the default, limits', () => {
    const printed =
      'a|a*|up|infinite|2|64+|1000|(null)\na|a*|up|infinite|1|128|2000|gpu:a100:4\nb|b|down|1-00:00:00|1|8|500|(null)\n';
    expect(parsePartitions(printed)).toEqual([
      {
        ...{ name: 'a', isDefault: true, isUp: true, timeLimit: 'infinite', timeLimitSeconds: Infinity },
        ...{ nodes: 3, cpus: 128, memory: 2000, gres: 'gpu:a100:4' },
      },
      {
        ...{ name: 'b', isDefault: false, isUp: false, timeLimit: '1-00:00:00', timeLimitSeconds: 86_400 },
        ...{ nodes: 1, cpus: 8, memory: 500, gres: '' },
      },
    ]);
  });

  test('whatever it is, reading it does not fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseReports(text);
        parsePartitions(text);
        parseJobEnd('1', text);
        parseOwnJobs(text, 'me');
      }),
    );
  });

  test('of jobs: those of an owner, by their comment', () => {
    const printed = '1|in-the-loop me k1\n2|in-the-loop other k2\n3|(null)\n4|in-the-loop me\n';
    expect(parseOwnJobs(printed, 'me')).toEqual([{ jobId: '1', kernelId: 'k1' }]);
  });
});

test('why a job waits is told in Slurm’s words and in plain ones', () => {
  const report = { jobId: '12', state: 'PENDING', partition: 'debug', nodes: '', start: null, end: null };
  expect(queueText({ ...report, reason: 'Resources' })).toBe(
    "Waiting in Slurm's queue: job 12, partition debug, PENDING (Resources): what it asks for is in use by other jobs.",
  );
  expect(queueText({ ...report, reason: 'SomethingNew' })).toMatch(/PENDING \(SomethingNew\)\.$/);
  expect(queueText({ ...report, reason: 'None', start: 0 })).toMatch(/PENDING\. Slurm expects .* 1970/);
});

test.each([
  ['TIMEOUT', /time limit of 1 min/, true],
  ['CANCELLED', /cancelled outside In the Loop/, true],
  ['PREEMPTED', /higher priority/, true],
  ['DEADLINE', /deadline/, true],
  ['OUT_OF_MEMORY', /more memory/, false],
  ['NODE_FAIL', /node .* failed/, false],
  ['BOOT_FAIL', /could not be started/, false],
  ['FAILED', /failed with SIGSEGV/, false],
  ['COMPLETED', /in order/, false],
  ['SOMETHING_NEW', /SOMETHING_NEW/, true],
])('a job that ended by %s is explained', (state, words, isOnPurpose) => {
  const end = parseJobEnd('7', `JobId=7 JobState=${state} ExitCode=0:11 TimeLimit=00:01:00 NodeList=n1`);
  expect(explainEnd(end)).toMatch(words);
  expect(isMeant(end)).toBe(isOnPurpose);
  expect(explainEnd(forgottenJob('7'))).toMatch(/tells no more/);
});

test.each([
  [
    'sbatch: error: Batch job submission failed: Invalid partition name specified',
    'PLACE_REFUSED',
    /Invalid partition/,
  ],
  [
    'slurm_load_partitions: Unable to contact slurm controller (connect failure)',
    'PLACE_UNREACHABLE',
    /controller/,
  ],
  [
    'sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying',
    'PLACE_REFUSED',
    /accept job/,
  ],
  ['sbatch: error: Batch job submission failed: Access/permission denied', 'PLACE_DENIED', /denied/],
  [
    'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy',
    'PLACE_REFUSED',
    /QOS policy/,
  ],
  ['', 'PLACE_REFUSED', /without a word/],
])('%s is told as %s', (printed, code, message) => {
  const error = slurmFailure('sbatch', printed);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.remedy).not.toBe('');
});
