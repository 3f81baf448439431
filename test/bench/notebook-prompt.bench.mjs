// How long a notebook takes to become a prompt: `node test/bench/notebook-prompt.bench.mjs` after a build. 2,000 cells with what
// analyses put out: text, tables of pandas, errors, plots; with a small and a large budget, from a cold start and after it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { notebookPrompt } from '../../dist/ai-agent/notebook-prompt/notebook-prompt.js';
import { median, percentile } from './statistics.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    cells: { type: 'string', default: '2000' },
  },
});
const fixtures = new URL('../../ai-agent/notebook-prompt/fixtures/ipykernel-outputs.json', import.meta.url);
const { outputs, widgets } = JSON.parse(readFileSync(fixtures, 'utf8'));
const kinds = Object.values(outputs);
const log = { output_type: 'stream', name: 'stdout', text: 'epoch 1, loss 0.123456\n'.repeat(2_000) };
const lines = Array.from(
  { length: 25 },
  (_, index) => `column_${index} = frame["c${index}"].rolling(7).mean()`,
);

const cells = Array.from({ length: Number(options.cells) }, (_, index) => ({
  id: `cell-${index}`,
  kind: index % 5 === 0 ? 'markdown' : 'code',
  source: index % 5 === 0 ? `## Part ${index}\n\nWhat follows shows it.` : lines.join('\n'),
  executionCount: index,
  state: index % 400 === 7 ? 'failed' : 'done',
  isChangedSinceRun: false,
  outputs: index % 5 === 0 ? [] : index % 11 === 0 ? [log] : kinds[index % kinds.length],
  attachments: {},
}));
const view = {
  path: 'analysis.ipynb',
  cells,
  selection: { activeCellId: `cell-${Math.floor(cells.length / 2)}`, cellIds: [], text: null },
  kernel: { displayName: 'Python 3', language: 'python', state: 'idle' },
  variables: Array.from({ length: 200 }, (_, index) => ({
    name: `v${index}`,
    type: 'DataFrame',
    summary: '5000 × 30',
  })),
  recentRuns: [],
  files: [],
  widgets,
};

for (const tokens of [8_000, 30_000, 100_000]) {
  const times = [];
  const processorTimes = [];
  let told;
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const start = performance.now();
    const processor = process.cpuUsage();
    told = notebookPrompt(view, { mentions: [], tokens, takesImages: true });
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(processor);
    processorTimes.push((user + system) / 1_000);
  }
  const whole = told.account.filter(
    (entry) => entry.item === 'cell' && entry.told !== 'outline' && entry.told !== 'not',
  );
  console.log(
    `${cells.length} cells, ${tokens} tokens: first ${times[0].toFixed(1)} ms, median ${median(times).toFixed(1)} ms, ` +
      `95th percentile ${percentile(times, 0.95).toFixed(1)} ms, of processor time first ${processorTimes[0].toFixed(1)} ms, ` +
      `median ${median(processorTimes).toFixed(1)} ms; ${whole.length} cells told of whole`,
  );
}
