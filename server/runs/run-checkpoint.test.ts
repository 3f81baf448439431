import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../event-log/memory-blob-store.ts';
import { eventsOf, kernelHistories } from '../../test/doubles/kernel-history.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import type { CommittedEvent } from './committed-event.ts';
import { foldEvent, noKernelRuns, type KernelRuns } from './kernel-runs.ts';
import { LargeData } from './large-data.ts';
import { decodeCheckpoint, encodeCheckpoint } from './run-checkpoint.ts';

const nothingLarge = new LargeData(new MemoryBlobStore(), Infinity);

function folded(events: readonly CommittedEvent[], runs = noKernelRuns('one')): KernelRuns {
  for (const event of events) foldEvent(runs, event, new Set());
  return runs;
}

describe('a checkpoint of runs', () => {
  it('[S1] goes on as the stream would have without it, wherever it was taken', async () => {
    await fc.assert(
      fc.asyncProperty(kernelHistories, fc.nat(100), async (history, place) => {
        const events = await eventsOf(history);
        const middle = Math.min(place, events.length);
        const checkpoint = decodeCheckpoint(
          encodeCheckpoint(folded(events.slice(0, middle)), nothingLarge).bytes,
        );
        expect(folded(events.slice(middle), checkpoint ?? undefined)).toEqual(folded(events));
        // What is told again changes nothing.
        expect(
          folded(events, decodeCheckpoint(encodeCheckpoint(folded(events), nothingLarge).bytes) ?? undefined),
        ).toEqual(folded(events));
      }),
      { numRuns: 200 },
    );
  });

  it('[S1] tells of a change only where there is one', async () => {
    await fc.assert(
      fc.asyncProperty(kernelHistories, async (history) => {
        const runs = noKernelRuns('one');
        for (const event of await eventsOf(history)) {
          const before = new Map([...runs.records].map(([id, { revision }]) => [id, revision]));
          const changed = new Set<string>();
          foldEvent(runs, event, changed);
          for (const { id, revision, path } of runs.records.values()) {
            if (revision === (before.get(id) ?? 0)) continue;
            expect(revision).toBe(event.sequence);
            expect(changed).toContain(path);
          }
        }
      }),
    );
  });
});

describe('the folder of checkpoints', () => {
  let directory: string;
  let folder: CheckpointFolder;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runs-'));
    folder = await CheckpointFolder.open(directory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('[S2] gives back what was written last, and says what is in it without reading it', async () => {
    const events = await eventsOf([
      ['request', 'request-0', 'cell-0', 'a.ipynb'],
      ['print', 'request-0', 'line\n'],
    ]);
    await folder.write(folded(events.slice(0, 1)));
    await folder.write(folded(events));
    expect(await folder.read('one')).toEqual(folded(events));
    expect(await folder.headers()).toMatchObject([
      { kernelId: 'one', sequence: 2, isEnded: false, unreleased: ['a.ipynb'], paths: ['a.ipynb'] },
    ]);
    expect(await folder.read('other')).toBeNull();
  });

  it.each([
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 3)],
    [
      'has a flipped bit',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]),
    ],
    [
      'is of another format',
      (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('"format":', '"format":9'), 'latin1'),
    ],
    ['is something else', () => Buffer.from('no checkpoint')],
    ['is empty', () => Buffer.alloc(0)],
  ])('[S2] passes over one that %s', async (_how, damage) => {
    await folder.write(folded([]));
    const file = join(directory, 'one.runs');
    await writeFile(file, damage(await readFile(file)));
    expect(await folder.read('one')).toBeNull();
  });
});
