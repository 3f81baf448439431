import { expect, it } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { RecordedKernel } from '../../test/doubles/recorded-kernel.ts';
import { foldEvent, noKernelRuns } from './kernel-runs.ts';
import { isReleased, linkedTexts, neededFrom } from './run-retention.ts';

it('I1: needs a run from its request on, until it is over and in its notebook', async () => {
  const runs = noKernelRuns('one');
  const kernel = new RecordedKernel('one', new MemoryEventLog(), null, ({ firstSequence, time, events }) =>
    events.forEach((event, at) => foldEvent(runs, { sequence: firstSequence + at, time, event }, new Set())),
  );
  expect(neededFrom(runs)).toBe(Infinity);
  kernel.path = 'a.ipynb';
  await kernel.request('first', 'cell-1', 'code');
  await kernel.request('second', 'cell-2', 'code');
  expect(neededFrom(runs)).toBe(1);
  await kernel.print('first', `${'x'.repeat(99)}\n`.repeat(30_000));
  const printed = runs.sequence;
  await kernel.print('first', 'more');
  await kernel.end('first');
  expect(neededFrom(runs)).toBe(1);
  const note = (type: 'runs-folded', runId: string): void =>
    foldEvent(
      runs,
      {
        sequence: runs.sequence + 1,
        time: 0,
        event: {
          type,
          version: 1,
          data: { runs: [{ runId, revision: runs.sequence }] },
          actor: 'server',
          causedBy: null,
          frames: [],
        },
      },
      new Set(),
    );
  note('runs-folded', 'first');
  expect(neededFrom(runs)).toBe(2);
  expect(isReleased(runs)).toBe(false);
  expect(linkedTexts(runs, printed)).toMatchObject([{ kernelId: 'one', runId: 'first', name: 'stdout' }]);
  expect(linkedTexts(runs, printed - 1)).toEqual([]);
});
