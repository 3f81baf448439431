// `npm run eval -- --model openai:gpt-5.1`: has a model do what people ask for in notebooks, and looks at what comes of it.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allTasks } from './all-tasks.ts';
import { evaluationReport, scoreOf, totalsOf } from './evaluation-report.ts';
import type { NotebookTask } from './notebook-task.ts';
import { playScripted } from './play-scripted.ts';
import { playTask } from './play-task.ts';
import type { Attempt } from './play-task.ts';
import { idling, solving } from './scripted-models.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    /** Instead of a model: the scripts that prove the tasks. */
    scripted: { type: 'boolean', default: false },
    task: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '1' },
    /** Of a server that knows the model; by default the environment says what there is. */
    config: { type: 'string' },
    report: { type: 'string' },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const repeat = Number(values.repeat);
if (!Number.isSafeInteger(repeat) || repeat < 1) throw new Error('--repeat is a whole number.');
const tasks = await chosenTasks();

if (values.scripted) await proveTasks();
else if (values.model !== undefined) await evaluate(values.model);
else throw new Error('--model PROVIDER:MODEL says which model is asked (docs/ai.md); --scripted asks none.');

/** One after the other: providers count requests, and local models have one machine. */
async function evaluate(id: string): Promise<void> {
  const args = values.config === undefined ? [] : ['--config', resolve(values.config)];
  const attempts: Attempt[] = [];
  for (const [name, task] of tasks) {
    for (let round = 0; round < repeat; round += 1) {
      const attempt = await playTask(name, task, { id, environment: {}, args });
      attempts.push(attempt);
      say(`${name}: ${attempt.problem ?? 'done'} (${totalsOf([attempt])})`);
    }
  }
  const date = new Date();
  const file = values.report ?? `evaluation-${id.replaceAll(/[^\w.-]+/g, '-')}.md`;
  writeFileSync(file, `${evaluationReport(tasks, attempts, { model: id, date })}\n`);
  say(`\n${id}: ${scoreOf(attempts)}\n${totalsOf(attempts)}\nThe report is in ${file}.`);
}

/** Each task is done by who does what a good model would, and by nobody who does nothing. */
async function proveTasks(): Promise<void> {
  const waiting = [...tasks];
  const solved: Attempt[] = [];
  let faults = 0;
  const fault = (text: string): void => {
    faults += 1;
    say(`FAULT in ${text}`);
  };
  const workers = Array.from({ length: Math.max(1, Math.floor(availableParallelism() / 2)) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, task] = next;
      const attempt = await playScripted(name, task, solving(task));
      solved.push(attempt);
      if (attempt.problem !== null) fault(`${name}: ${attempt.problem}`);
      for (const failure of attempt.failures) fault(`${name}: a tool failed: ${failure}`);
      const idle = await playScripted(name, task, idling(task));
      if (idle.problem === null) fault(`${name}: its check is content with nothing`);
      say(`${name}: ${attempt.problem ?? 'done'}; without doing anything: ${idle.problem ?? 'done'}`);
    }
  });
  await Promise.all(workers);
  say(`\nscripted: ${scoreOf(solved)}\n${totalsOf(solved)}\n${faults} faults`);
  if (faults > 0) process.exitCode = 1;
}

async function chosenTasks(): Promise<ReadonlyMap<string, NotebookTask>> {
  const all = await allTasks();
  const { task: names } = values;
  if (names === undefined) return all;
  for (const name of names)
    if (!all.has(name))
      throw new Error(`No task is called ${name}; there are ${[...all.keys()].join(', ')}.`);
  return new Map([...all].filter(([name]) => names.includes(name)));
}
