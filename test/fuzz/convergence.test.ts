import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { playSeed } from './play-seed.ts';

/** Longer than all may take to agree. */
const LIMIT = 120_000;

test(
  '[D10] [D11] five people edit a notebook that a page and a program save too, the server is killed, and all is there once (I3)',
  { timeout: LIMIT },
  async () => {
    const seed = randomInt(1_000_000);
    const again = `npm run test:fuzz -- --seeds 1 --seed ${seed} --operations 2500 --restarts 2`;
    const plan = { seed, operations: 2500, clients: 5, restarts: 2, without: [] };
    const { faults, story, printed } = await playSeed(plan).catch((cause: unknown) => {
      throw new Error(again, { cause });
    });
    expect(faults, [again, ...story, printed].join('\n')).toEqual([]);
  },
);
