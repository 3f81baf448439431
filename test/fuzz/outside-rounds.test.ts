import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { playOutsideRounds } from './outside-rounds.ts';

test('[M1] [M3] [W2] [W4] whatever other programs do to the file that two people type in, all is there once (I3)', async () => {
  const seed = randomInt(1_000_000);
  const { faults, story } = await playOutsideRounds({ seed, rounds: 60 });
  expect(faults, [`seed ${seed}`, ...story].join('\n')).toEqual([]);
}, 300_000);
