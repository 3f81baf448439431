import { describe, expect, test } from 'vitest';
import { decideRestart, NO_DEATHS, type RestartDecision, type RestartHistory } from './restart-policy.ts';

function dieAfter(...lifetimes: number[]): RestartDecision[] {
  let history: RestartHistory = NO_DEATHS;
  return lifetimes.map((lifetime) => {
    const decision = decideRestart(history, lifetime);
    if (decision.kind === 'restart') history = decision.history;
    return decision;
  });
}
const kinds = (decisions: RestartDecision[]) => decisions.map(({ kind }) => kind);
const newPorts = (decisions: RestartDecision[]) =>
  decisions.map((decision) => decision.kind === 'restart' && decision.newPorts);

describe('decideRestart', () => {
  test('[D2] restarts five times in a row, then gives up', () => {
    expect(kinds(dieAfter(1, 1, 1, 1, 1, 1))).toEqual([...Array<string>(5).fill('restart'), 'give-up']);
  });

  test('[D2] counts anew after a process that lived for ten seconds', () => {
    expect(kinds(dieAfter(1, 1, 1, 1, 10_000, 1, 1, 1, 1, 1))).toEqual([
      ...Array<string>(9).fill('restart'),
      'give-up',
    ]);
  });

  test('[D2] restarts a long-lived kernel for ever', () => {
    expect(new Set(kinds(dieAfter(...Array<number>(50).fill(60_000))))).toEqual(new Set(['restart']));
  });

  test('[D3] gives new ports until some process has lived for ten seconds', () => {
    expect(newPorts(dieAfter(1, 9_999, 10_000, 1))).toEqual([true, true, false, false]);
  });
});
