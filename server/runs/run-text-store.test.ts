import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../event-log/memory-blob-store.ts';
import { PrintedRun } from '../../test/doubles/printed-run.ts';
import { RunTextGoneError } from './read-run-text.ts';
import type { TextSource } from './run-text-routes.ts';
import { RunTextStore } from './run-text-store.ts';

async function textOf(
  source: TextSource | null,
  start = 0,
  end = source?.bytes ?? 0,
): Promise<string | null> {
  if (source === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of await source.read(start, end)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('the texts of runs', () => {
  it('I1: are kept as blobs when the log is about to lose them, and found again by the next server', async () => {
    const run = new PrintedRun();
    for (let line = 0; line < 1000; line++) await run.say(`line ${line}\n`);
    const blobs = new MemoryBlobStore();
    const texts = await RunTextStore.open({ log: run.log, blobs });
    expect(texts.findKept('run', 'stdout')).toBeNull();
    expect(await textOf(await texts.findLogged(run.logged))).toBe(run.all);
    await texts.keep(run.logged);
    await texts.keep(run.logged);
    await run.log.trim('kernel/k', 1000);
    expect(await texts.findLogged(run.logged)).toBeNull();
    expect(await run.log.lastSequence('texts')).toBe(1);
    const next = await RunTextStore.open({ log: run.log, blobs });
    expect(await textOf(next.findKept('run', 'stdout'))).toBe(run.all);
    expect(await textOf(next.findKept('run', 'stdout'), 5, 11)).toBe(run.all.slice(5, 11));
    expect(next.findKept('run', 'stderr')).toBeNull();
  });

  it('are not said to be kept where the log has lost some of one', async () => {
    const run = new PrintedRun();
    await run.say('one');
    await run.say('two');
    await run.log.trim('kernel/k', 1);
    const texts = await RunTextStore.open({ log: run.log, blobs: new MemoryBlobStore() });
    await expect(texts.keep(run.logged)).rejects.toThrow(RunTextGoneError);
    expect(texts.findKept('run', 'stdout')).toBeNull();
  });
});
