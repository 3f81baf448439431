import fc from 'fast-check';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { CommittedEvent } from '../../server/runs/committed-event.ts';
import { RecordedKernel } from './recorded-kernel.ts';

const requests = fc.nat(5).map((number) => `request-${number}`);
const cells = fc.nat(3).map((number) => `cell-${number}`);
const paths = fc.constantFrom('a.ipynb', 'b.ipynb', 'console-1', null);
const texts = fc.constantFrom('line\n', 'over\rwritten', '', 'b\bs', 'x'.repeat(5000));
const displayIds = fc.constantFrom('one', 'two');
const statuses = fc.constantFrom('ok', 'error', 'aborted');
const revisions = fc.nat(60);

/** What may happen to a kernel, in any order: also what never does. */
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('request' as const), requests, cells, paths) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('begin' as const), requests) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('print' as const), requests, texts) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('show' as const), requests, displayIds, fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('clear' as const), requests, fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('ask' as const), requests) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('answer' as const)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('end' as const), requests, statuses) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('stop' as const), fc.constantFrom('died', 'restarted', 'ended')),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('rename' as const), paths, paths) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('widget' as const), requests) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('fold' as const), requests, revisions) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('release' as const),
      requests,
      revisions,
      fc.constantFrom('kept', 'cleared', 'gone'),
    ),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

/** The stream of a kernel of which anything can have become. */
export const kernelHistories = fc.array(steps, { maxLength: 40 });

export async function eventsOf(history: readonly Step[]): Promise<CommittedEvent[]> {
  const events: CommittedEvent[] = [];
  const kernel = new RecordedKernel(
    'one',
    new MemoryEventLog(),
    null,
    ({ firstSequence, time, events: [event] }) => {
      if (event !== undefined) events.push({ sequence: firstSequence, time, event });
    },
  );
  for (const step of history) await take(kernel, step);
  return events;
}

async function take(kernel: RecordedKernel, step: Step): Promise<void> {
  switch (step[0]) {
    case 'request':
      kernel.path = step[3];
      return kernel.request(step[1], step[2], 'code', { metadata: { recordTiming: true } });
    case 'begin':
      return kernel.begin(step[1], 1);
    case 'print':
      return kernel.print(step[1], step[2]);
    case 'show': {
      const content = { data: { 'text/plain': 'shown' }, metadata: {}, transient: { display_id: step[2] } };
      return kernel.say(step[1], step[3] ? 'display_data' : 'update_display_data', content);
    }
    case 'clear':
      return kernel.say(step[1], 'clear_output', { wait: step[2] });
    case 'ask':
      return kernel.ask(step[1], 'who');
    case 'answer':
      return kernel.append({
        type: 'execution-input-replied',
        data: { session: 'tab', promptMessageId: 'prompt-who', value: 'Ada' },
      });
    case 'end':
      return kernel.end(step[1], { status: step[2], execution_count: 1 });
    case 'stop':
      return stop(kernel, step[1]);
    case 'rename': {
      const [, from, to] = step;
      const data = { kernelId: 'one', from, to: to ?? 'c.ipynb', isRename: true };
      return kernel.append({ type: 'kernel-document-changed', data });
    }
    case 'widget':
      return captureInWidget(kernel, step[1]);
    case 'fold':
      return kernel.append({ type: 'runs-folded', data: { runs: [{ runId: step[1], revision: step[2] }] } });
    case 'release': {
      const [, runId, revision, outputs] = step;
      return kernel.append({ type: 'runs-released', data: { runs: [{ runId, revision, outputs }] } });
    }
  }
}

async function stop(kernel: RecordedKernel, how: 'died' | 'restarted' | 'ended'): Promise<void> {
  const exit = { exitCode: null, signal: null };
  const base = { position: null, kernelId: 'one' };
  if (how === 'restarted')
    return kernel.append({
      type: 'kernel-restarted',
      version: 2,
      data: { ...base, reason: 'requested', pid: 1 },
    });
  if (how === 'ended')
    return kernel.append({ type: 'kernel-ended', version: 2, data: { ...base, reason: 'lost', ...exit } });
  const details = { stderrTail: '', outOfMemory: null, memoryHighWater: null };
  return kernel.append({
    type: 'kernel-died',
    version: 2,
    data: { ...base, reason: 'x', ...exit, ...details },
  });
}

async function captureInWidget(kernel: RecordedKernel, request: string): Promise<void> {
  const model = { _model_module: '@jupyter-widgets/output', _model_name: 'OutputModel' };
  const content = { comm_id: 'widget', target_name: 'jupyter.widget', data: { state: model } };
  await kernel.say(null, 'comm_open', content);
  const state = { msg_id: request };
  await kernel.say(null, 'comm_msg', { comm_id: 'widget', data: { method: 'update', state } });
}
