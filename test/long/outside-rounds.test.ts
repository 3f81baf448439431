import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { playOutsideRounds } from '../fuzz/outside-rounds.ts';

test('[M1] [M3] [W2] [W4] 1,000 times another program rewrites, replaces, touches or checks out what two people type in, and all is there once (I3)', async () => {
  const seed = randomInt(1_000_000);
  const { faults, story } = await playOutsideRounds({ seed, rounds: 1000 });
  expect(faults, [`seed ${seed}`, ...story].join('\n')).toEqual([]);
});
