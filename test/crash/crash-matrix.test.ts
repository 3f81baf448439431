import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { enoughInFlight } from './matrix/enough-in-flight.ts';
import { playRounds } from './matrix/play-rounds.ts';
import { MOMENTS, nameOf, needsBrowser, planRound, VICTIMS } from './matrix/round-plan.ts';
import type { RoundPlan, Victim } from './matrix/round-plan.ts';

// The short form; `npm run test:crash -- --rounds 1000` is the long one (docs/reliability.md).

/** Other days, other moments; a failure names its round, and each round can be played again. */
const seed = Math.floor(Math.random() * 1_000_000);

async function expectNoFaults(plans: readonly RoundPlan[]): Promise<void> {
  const results = await playRounds(plans, {
    sites: Math.max(1, Math.floor(availableParallelism() / 2)),
    keepFolders: false,
    ended: () => undefined,
  });
  const faults = results.flatMap((result) =>
    result.faults.map((fault) => `${nameOf(result.plan)}: ${fault}`),
  );
  expect(faults).toEqual([]);
  expect(results).toHaveLength(plans.length);
  expect(enoughInFlight(results)).toBeNull();
}

/** One round of each of these with each moment. */
const eachWithEachMoment = (victims: readonly Victim[]): RoundPlan[] =>
  Array.from({ length: victims.length * MOMENTS.length }, (_, index) => planRound(seed + index, victims));

test('I1, I2, I4, I6: whoever is killed at whatever moment, each line is in its cell once, nothing runs twice, and variables stay', async () => {
  await expectNoFaults(eachWithEachMoment(VICTIMS.filter((victim) => !needsBrowser(victim))));
}, 240_000);

test('I1, I2: a tab or a browser that is killed takes nothing along', async () => {
  const plans = eachWithEachMoment(VICTIMS.filter(needsBrowser));
  // Of the twelve, as many as the time of everybody's test run allows: others each time.
  await expectNoFaults(plans.filter((_, index) => index % 5 === seed % 5));
}, 120_000);
