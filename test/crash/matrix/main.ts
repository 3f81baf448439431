// `npm run test:crash -- --rounds 1000`: kills what a notebook lives on, over and over, and looks at what is left.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { nameOfAgentRound, planAgentRound } from '../agents/agent-plan.ts';
import { agentReport } from '../agents/agent-report.ts';
import { playAgentRounds } from '../agents/play-agent-rounds.ts';
import { playRounds } from './play-rounds.ts';
import { report } from './report.ts';
import { nameOf, planRound, VICTIMS } from './round-plan.ts';
import { enoughInFlight } from './enough-in-flight.ts';
import { playTypingRounds } from '../typing/play-typing-rounds.ts';
import { nameOfTyping, planTyping, TYPING_VICTIMS } from '../typing/typing-plan.ts';
import { typingReport } from '../typing/typing-report.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    victim: { type: 'string', multiple: true },
    /** Two people type meanwhile, and no cell runs. */
    typing: { type: 'boolean', default: false },
    /** An agent works meanwhile, and asks before it does something. */
    agents: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
if (!Number.isSafeInteger(rounds) || !Number.isSafeInteger(seed) || rounds < 1 || seed < 0)
  throw new Error('--rounds and --seed are whole numbers.');

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const sites = Math.max(1, Math.floor(availableParallelism() / 2));
const again = (number: number): string =>
  [
    `again: --rounds 1 --seed ${number}`,
    ...(values.typing ? ['--typing'] : []),
    ...(values.agents ? ['--agents'] : []),
    ...(values.victim ?? []).map((victim) => `--victim "${victim}"`),
  ].join(' ');
let count = 0;
say(`${rounds} rounds from seed ${seed}`);
const problems = values.agents ? await playAgents() : values.typing ? await playTyping() : await playCells();
for (const problem of problems) say(`\n${problem}`);
if (problems.length > 0) process.exitCode = 1;

/** @returns what is wrong with the rounds; nothing if all is well */
async function playCells(): Promise<string[]> {
  const victims = victimsOf(VICTIMS);
  const plans = Array.from({ length: rounds }, (_, index) => planRound(seed + index, victims));
  const results = await playRounds(plans, {
    sites,
    keepFolders: true,
    ended: ({ plan, faults }, folder) => tell(nameOf(plan), plan.number, faults, folder),
  });
  say(`\n${report(results, victims)}`);
  return problemsOf(results, enoughInFlight(results));
}

async function playTyping(): Promise<string[]> {
  const victims = victimsOf(TYPING_VICTIMS);
  const plans = Array.from({ length: rounds }, (_, index) => planTyping(seed + index, victims));
  const results = await playTypingRounds(plans, {
    sites,
    keepFolders: true,
    ended: ({ plan, faults }, folder) => tell(nameOfTyping(plan), plan.number, faults, folder),
  });
  say(`\n${typingReport(results)}`);
  return problemsOf(results, enoughInFlight(results));
}

async function playAgents(): Promise<string[]> {
  const plans = Array.from({ length: rounds }, (_, index) => planAgentRound(seed + index));
  const results = await playAgentRounds(plans, {
    sites,
    keepFolders: true,
    ended: ({ plan, faults }, folder) => {
      const told = faults.map(({ kind, text }) => `${kind}: ${text}`);
      tell(nameOfAgentRound(plan), plan.number, told, folder);
    },
  });
  say(`\n${agentReport(results)}`);
  return problemsOf(results, enoughInFlight(results));
}

function victimsOf<Name extends string>(all: readonly Name[]): readonly Name[] {
  const chosen = (values.victim ?? all) as readonly Name[];
  for (const victim of chosen)
    if (!all.includes(victim)) throw new Error(`No victim is called ${victim}; there are ${all.join(', ')}.`);
  return chosen;
}

function tell(name: string, number: number, faults: readonly string[], folder: string): void {
  count += 1;
  if (faults.length > 0) {
    say(`FAULT in ${name} (${again(number)}; ${folder}):`);
    for (const fault of faults) say(`  ${fault}`);
  } else if (count % 10 === 0) say(`${count} of ${rounds} rounds`);
}

function problemsOf(
  results: readonly { readonly faults: readonly unknown[] }[],
  idle: string | null,
): string[] {
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  return [...(idle === null ? [] : [idle]), ...(failed === 0 ? [] : [`${failed} rounds with a fault`])];
}
