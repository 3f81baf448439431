import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { playTypingRounds } from './typing/play-typing-rounds.ts';
import { nameOfTyping, planTyping, TYPING_MOMENTS, TYPING_VICTIMS } from './typing/typing-plan.ts';
import type { TypingVictim } from './typing/typing-plan.ts';

// The short form; `npm run test:crash -- --typing --rounds 300` is the long one (docs/reliability.md).

/** Other days, other moments; a failure names its round, and each round can be played again. */
const seed = Math.floor(Math.random() * 1_000_000);

async function expectNothingLost(
  numbers: readonly number[],
  victims: readonly TypingVictim[],
): Promise<void> {
  const plans = numbers.map((number) => planTyping(number, victims));
  const results = await playTypingRounds(plans, {
    sites: Math.max(1, Math.floor(availableParallelism() / 2)),
    keepFolders: false,
    ended: () => undefined,
  });
  const faults = results.flatMap((result) =>
    result.faults.map((fault) => `${nameOfTyping(result.plan)}: ${fault}`),
  );
  expect(faults).toEqual([]);
  expect(results.filter(({ wasInFlight }) => !wasInFlight)).toEqual([]);
}

test('[D11] [L12] whatever of the server is killed under two people who type, each letter is there once (I1, I3)', async () => {
  const victims = TYPING_VICTIMS.slice(0, 3);
  const pairs = victims.length * TYPING_MOMENTS.length;
  await expectNothingLost(
    Array.from({ length: pairs }, (_, index) => seed + index),
    victims,
  );
}, 180_000);

test('[D11] what was seen of somebody whose tab or browser is killed stays, once (I1)', async () => {
  const victims = TYPING_VICTIMS.slice(3);
  // One moment with each: others each time.
  await expectNothingLost([seed, seed + 1], victims);
}, 120_000);
