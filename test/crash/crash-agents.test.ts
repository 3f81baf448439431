import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { AGENT_MOMENTS, nameOfAgentRound, planAgentRound } from './agents/agent-plan.ts';
import { playAgentRounds } from './agents/play-agent-rounds.ts';

// The short form; `npm run test:crash -- --agents --rounds 200` is the long one (docs/reliability.md).

/** Other days, other moments; a failure names its round, and each round can be played again. */
const seed = Math.floor(Math.random() * 1_000_000);

test('a server that is killed under an agent repeats no effect, loses none, and begins none without approval (I1, I2)', async () => {
  const plans = AGENT_MOMENTS.map((_, index) => planAgentRound(seed + index));
  const results = await playAgentRounds(plans, {
    sites: Math.max(1, Math.floor(availableParallelism() / 2)),
    keepFolders: false,
    ended: () => undefined,
  });
  const faults = results.flatMap((result) =>
    result.faults.map(({ kind, text }) => `${nameOfAgentRound(result.plan)}: ${kind}: ${text}`),
  );
  expect(faults).toEqual([]);
  expect(results.some(({ wasInFlight }) => wasInFlight)).toBe(true);
}, 180_000);
