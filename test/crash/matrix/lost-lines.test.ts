import { describe, expect, test } from 'vitest';
import { judgeLostLines } from './lost-lines.ts';
import { planRound } from './round-plan.ts';
import type { Victim } from './round-plan.ts';

const KILLED_AT = 100_000;
/** A line each 10 ms, the first one 50 ms before the kill. */
const said = Array.from({ length: 10 }, (_, index) => ({
  line: index + 1,
  time: KILLED_AT - 50 + index * 10,
}));
const without = (...lost: number[]): number[] =>
  said.flatMap(({ line }) => (lost.includes(line) ? [] : [line]));

function judge(victim: Victim, logged: readonly number[], until: number | null = KILLED_AT + 40) {
  const silences = until === null ? [] : [{ from: KILLED_AT, until }];
  return judgeLostLines(planRound(0, [victim]), { said, logged, killedAt: KILLED_AT, silences });
}

// What judges must itself be able to find somebody guilty.
describe('lines that are lost', () => {
  test('are none where all are in the log', () => {
    expect(judge('server', without())).toEqual({ lost: [], faults: [] });
  });

  test.each(['server', 'tab', 'browser'] as const)('may not be with a %s', (victim) => {
    expect(judge(victim, without(10)).faults).toHaveLength(1);
  });

  test('are the last ones of a killed kernel, and no others', () => {
    expect(judge('kernel', without(9, 10))).toEqual({ lost: [9, 10], faults: [] });
    expect(judge('kernel', without(5)).faults).toHaveLength(1);
  });

  test('are those that nobody listened to after a supervisor, if somebody says so', () => {
    expect(judge('supervisor', without(6, 7, 8))).toEqual({ lost: [6, 7, 8], faults: [] });
    expect(judge('server + supervisor', without(6, 8)).faults).toHaveLength(1);
    expect(judge('supervisor', without(6, 7, 8), null).faults).toHaveLength(1);
    expect(judge('supervisor', without(10), KILLED_AT - 2_000).faults).toHaveLength(1);
  });

  test.each([
    ['doubled', [...without(), 10]],
    ['out of order', [2, 1, ...without(1, 2)]],
    ['invented', [...without(), 11, 12]],
  ])('and lines that are %s are found', (_, logged) => {
    expect(judge('kernel', logged).faults.length).toBeGreaterThan(0);
  });
});
