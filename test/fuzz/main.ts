// `npm run test:fuzz -- --seeds 100`: simulated people edit one notebook while everything around them breaks.
import { parseArgs } from 'node:util';
import { playSeed } from './play-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    operations: { type: 'string', default: '10000' },
    clients: { type: 'string', default: '5' },
    restarts: { type: 'string', default: '5' },
    without: { type: 'string', multiple: true, default: [] },
  },
});
const number = (name: Exclude<keyof typeof values, 'without'>, least: number): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} is a whole number of at least ${least}.`);
  return value;
};
const first = values.seed === undefined ? Math.floor(Math.random() * 1e6) : number('seed', 0);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

for (let seed = first; seed < first + number('seeds', 1); seed++) {
  const begun = Date.now();
  const { counts, faults, story, printed } = await playSeed({
    seed,
    operations: number('operations', 1),
    clients: number('clients', 1),
    restarts: number('restarts', 0),
    without: values.without,
  });
  const seconds = Math.round((Date.now() - begun) / 1000);
  say(
    `seed ${seed}, ${seconds} s: ${faults.length === 0 ? 'all is there, once' : `${faults.length} FAULTS`}`,
  );
  say(
    `  ${Object.entries(counts)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
  );
  for (const fault of faults.slice(0, 20)) say(`  ${fault}`);
  for (const line of story) say(`    ${line}`);
  if (faults.length > 0) {
    say(printed.split('\n').slice(-30).join('\n'));
    process.exitCode = 1;
  }
}
