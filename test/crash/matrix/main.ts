// `npm run test:crash -- --rounds 1000`: kills what a notebook lives on, over and over, and looks at what is left.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playRounds } from './play-rounds.ts';
import { report } from './report.ts';
import type { Victim } from './round-plan.ts';
import { nameOf, planRound, VICTIMS } from './round-plan.ts';
import { enoughInFlight } from './enough-in-flight.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    victim: { type: 'string', multiple: true },
  },
});
const rounds = Number(values.rounds);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
const victims = (values.victim ?? VICTIMS) as readonly Victim[];
for (const victim of victims)
  if (!VICTIMS.includes(victim))
    throw new Error(`No victim is called ${victim}; there are ${VICTIMS.join(', ')}.`);
if (!Number.isSafeInteger(rounds) || !Number.isSafeInteger(seed) || rounds < 1 || seed < 0)
  throw new Error('--rounds and --seed are whole numbers.');

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const victimArguments = values.victim?.map((victim) => ` --victim "${victim}"`).join('') ?? '';
say(`${rounds} rounds from seed ${seed}`);
let count = 0;
const plans = Array.from({ length: rounds }, (_, index) => planRound(seed + index, victims));
const results = await playRounds(plans, {
  sites: Math.max(1, Math.floor(availableParallelism() / 2)),
  keepFolders: true,
  ended: ({ plan, faults }, folder) => {
    count += 1;
    if (faults.length > 0) {
      say(`FAULT in ${nameOf(plan)} (again: --rounds 1 --seed ${plan.number}${victimArguments}; ${folder}):`);
      for (const fault of faults) say(`  ${fault}`);
    } else if (count % 10 === 0) say(`${count} of ${rounds} rounds`);
  },
});
say(`\n${report(results, victims)}`);
const problem = enoughInFlight(results);
if (problem !== null) say(`\n${problem}`);
if (problem !== null || results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
