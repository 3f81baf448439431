import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../event-log/memory-blob-store.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { eventsOf, kernelHistories } from '../../test/doubles/kernel-history.ts';
import { RecordedKernel } from '../../test/doubles/recorded-kernel.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { foldEvent, noKernelRuns, type KernelRuns } from './kernel-runs.ts';
import { LargeData } from './large-data.ts';
import { decodeCheckpoint, encodeCheckpoint } from './run-checkpoint.ts';

/** What a kernel's cells show: each of `shown` is the data of one output. */
async function runsOf(kernelId: string, shown: readonly object[]): Promise<KernelRuns> {
  const runs = noKernelRuns(kernelId);
  const kernel = new RecordedKernel(kernelId, new MemoryEventLog(), null, ({ firstSequence, time, events }) =>
    events.forEach((event, at) => foldEvent(runs, { sequence: firstSequence + at, time, event }, new Set())),
  );
  kernel.path = 'a.ipynb';
  await kernel.request('run', 'cell', 'code');
  for (const data of shown) await kernel.say('run', 'display_data', { data, metadata: {} });
  return runs;
}

const image = (letter: string): string => letter.repeat(300_000);

describe('large data in a checkpoint', () => {
  it('[S1] [S3] come back as they were, and are never missing in the state itself', async () => {
    await fc.assert(
      fc.asyncProperty(kernelHistories, async (history) => {
        const [runs, same] = [noKernelRuns('one'), noKernelRuns('one')];
        for (const event of await eventsOf(history))
          for (const each of [runs, same]) foldEvent(each, event, new Set());
        const large = new LargeData(new MemoryBlobStore(), 1);
        await large.keep(runs);
        const { bytes } = encodeCheckpoint(runs, large);
        expect(runs).toEqual(same);
        const read = decodeCheckpoint(bytes) ?? noKernelRuns('none');
        await large.bringBack(read);
        expect(read).toEqual(same);
      }),
    );
  });

  it('[S3] are text, JSON and what is no Unicode', async () => {
    const lone = '\ud800'.repeat(300_000);
    const shown = [
      { 'image/png': image('a'), 'text/plain': 'small' },
      { 'application/json': [image('b'), NaN] },
      { 'text/plain': lone },
    ];
    const runs = await runsOf('one', shown);
    const large = new LargeData(new MemoryBlobStore(), 1000);
    await large.keep(runs);
    const read = decodeCheckpoint(encodeCheckpoint(runs, large).bytes) ?? noKernelRuns('none');
    await large.bringBack(read);
    expect(read).toEqual(runs);
  });
});

describe('the folder of checkpoints', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'large-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const stored = async (): Promise<number> => {
    const files = await readdir(join(directory, 'data'), { recursive: true, withFileTypes: true });
    return files.filter((entry) => entry.isFile()).length;
  };

  it('[S3] holds large data once, for as long as a checkpoint needs it', async () => {
    const folder = await CheckpointFolder.open(directory);
    const [one, other] = await Promise.all([
      runsOf('one', [{ 'image/png': image('a') }, { 'image/png': image('a') }, { 'image/png': image('b') }]),
      runsOf('other', [{ 'image/png': image('a') }]),
    ]);
    await Promise.all([folder.write(one), folder.write(other)]);
    expect(await stored()).toBe(2);
    expect((await readFile(join(directory, 'one.runs'))).length).toBeLessThan(20_000);
    expect(await folder.read('one')).toEqual(one);
    await folder.write(await runsOf('one', []));
    expect(await stored()).toBe(1);
    expect(await (await CheckpointFolder.open(directory)).read('other')).toEqual(other);
    await folder.remove('other');
    expect(await stored()).toBe(0);
  });

  it('[S2] [S3] passes over a checkpoint whose data are gone, and removes data that no checkpoint needs', async () => {
    const folder = await CheckpointFolder.open(directory);
    await folder.write(await runsOf('one', [{ 'image/png': image('a') }]));
    await rm(join(directory, 'one.runs'));
    await CheckpointFolder.open(directory);
    expect(await stored()).toBe(0);
    await folder.write(await runsOf('two', [{ 'image/png': image('a') }]));
    await rm(join(directory, 'data'), { recursive: true });
    expect(await folder.read('two')).toBeNull();
  });
});
