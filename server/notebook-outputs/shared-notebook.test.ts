import { describe, expect, onTestFinished, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellRun, codeCell, notebookOf } from '../../test/doubles/cell-runs.ts';
import type { CellRun, RunLedger } from './cell-run.ts';
import type { NotebookJson } from './notebook-json.ts';
import { NotebookOutputs } from './notebook-outputs.ts';
import { OutputSaver } from './output-saver.ts';
import { ReportedVersions } from './reported-versions.ts';

const STATS = { size: 1, mtimeMs: 500 };
const sockets = { socketsOf: () => [], leftBy: () => null, isShared: () => false };

/** A server that begins: what ran before its end is not in the file. */
async function outputsOf(runs: readonly CellRun[], isDocument: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const versions = await ReportedVersions.open(join(folder, 'reported.json'), (message) => {
    throw new Error(message);
  });
  const ledger: RunLedger = {
    runsOf: () => Promise.resolve(runs),
    cellsInOrder: () => Promise.resolve(runs.map(({ cellId }) => cellId)),
    notebooks: () => Promise.resolve(['a.ipynb']),
    folded: () => Promise.resolve(),
    released: () => Promise.resolve(),
    onChanged: () => () => undefined,
  };
  return { ledger, versions, sockets, isDocument: () => Promise.resolve(isDocument) };
}

/** What is written into the file, and what a client reads of it. */
async function writtenAndShown(onDisk: NotebookJson, runs: readonly CellRun[], isDocument: boolean) {
  const deps = await outputsOf(runs, isDocument);
  let written: NotebookJson = onDisk;
  const saver = new OutputSaver({
    ...deps,
    files: {
      exists: () => Promise.resolve(true),
      async rewrite(_, edit) {
        const file = { notebook: onDisk, sha256: 'x', stats: STATS, modified: '1970-01-01T00:00:00.500000Z' };
        const edited = await edit({ ...file, idsAreOwn: true, isTrusted: true });
        if (edited === null) return null;
        written = edited.notebook;
        return { sha256: 'y', stats: STATS };
      },
    },
    isShared: () => false,
    warn: (message) => {
      throw new Error(message);
    },
  });
  await saver.start();
  await saver.close();
  const reading = await new NotebookOutputs({ ...deps, now: () => 0 }).reading('a.ipynb', 'ada');
  const shown = await reading.shown(onDisk, { stats: STATS, sha256: () => 'x', idsAreOwn: true });
  return [written, shown];
}

describe('after the end of a server, a notebook that is a shared document', () => {
  // The document's history has these lines: once more in the file they would come into it a second time.
  test('gets outputs, and neither code nor cells that ran and its file has not (O7)', async () => {
    const onDisk = notebookOf([codeCell('a', { source: 'saved' })]);
    const runs = [cellRun({ code: 'saved\nand more' }), cellRun({ cellId: 'deleted' })];
    for (const { cells } of await writtenAndShown(onDisk, runs, true)) {
      expect(cells).toHaveLength(1);
      expect(cells[0]).toMatchObject({ source: 'saved', outputs: runs[0]?.outputs });
    }
  });

  test('is another matter than one that no document has: what ran is all that is left of it', async () => {
    const onDisk = notebookOf([codeCell('a', { source: 'saved' })]);
    const runs = [cellRun({ code: 'saved\nand more' }), cellRun({ cellId: 'b' })];
    for (const { cells } of await writtenAndShown(onDisk, runs, false))
      expect(cells).toMatchObject([{ source: 'saved\nand more' }, { id: 'b' }]);
  });
});
