import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordedKernel } from '../../test/doubles/recorded-kernel.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { sourceHashOf } from './run-record.ts';
import { RunLedger } from './run-ledger.ts';

const NOTEBOOK = 'folder/a.ipynb';
let directory: string;
let log: MemoryEventLog;
let ledger: RunLedger;
let changed: string[];
const opened: RunLedger[] = [];

async function open(): Promise<RunLedger> {
  const logger = pino({ level: 'silent' });
  const next = await RunLedger.open({ log, logger, directory, baseUrl: '/' });
  opened.push(next);
  return next;
}
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runs-'));
  log = new MemoryEventLog();
  ledger = await open();
  changed = [];
  ledger.onChanged((path) => changed.push(path));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await log.close();
  await rm(directory, { recursive: true });
});

const kernel = (id = 'one', path: string | null = NOTEBOOK): RecordedKernel =>
  new RecordedKernel(id, log, path, (committed) => ledger.observe(committed));
const texts = async (path = NOTEBOOK, of = ledger): Promise<string[]> =>
  (await of.runsOf(path)).map(
    ({ cellId, status, outputs }) =>
      `${cellId} ${status}: ${outputs.map((output) => ('text' in output ? output.text : '?')).join('')}`,
  );

describe('a run of a cell', () => {
  it('[G1] is told with its outputs as soon as they are committed (I1)', async () => {
    const python = kernel();
    await python.request('r1', 'cell', 'print(1)');
    expect(await texts()).toEqual(['cell queued: ']);
    await python.begin('r1', 3);
    await python.print('r1', '1\n');
    expect(await texts()).toEqual(['cell running: 1\n']);
    await python.end('r1');
    expect(await ledger.runsOf(NOTEBOOK)).toMatchObject([
      {
        id: 'r1',
        kernelId: 'one',
        path: NOTEBOOK,
        code: 'print(1)',
        sourceHash: sourceHashOf('print(1)'),
        actor: 'alice',
        session: 'tab',
        status: 'done',
        isOver: true,
        executionCount: 3,
        foldedRevision: 0,
        revision: await log.lastSequence('kernel/one'),
      },
    ]);
    expect(new Set(changed)).toEqual(new Set([NOTEBOOK]));
  });

  it('[S1] is told again after a restart, from its checkpoint and what came since', async () => {
    const python = kernel();
    await python.request('r1', 'cell', 'print(1)');
    await python.begin('r1', 3);
    await ledger.close();
    await python.print('r1', '1\n');
    await python.end('r1');
    expect(await texts(NOTEBOOK, await open())).toEqual(['cell done: 1\n']);
    await rm(directory, { recursive: true });
    expect(await texts(NOTEBOOK, await open())).toEqual(['cell done: 1\n']);
  });

  it('[G3] is no longer told once it is released, until it changes', async () => {
    const python = kernel();
    await python.request('r1', 'cell', 'print(1)');
    await python.begin('r1', 3);
    await python.print('r1', 'one\n');
    await python.end('r1');
    const [run] = await ledger.runsOf(NOTEBOOK);
    await ledger.folded([run!]);
    expect(await ledger.resultsOf(NOTEBOOK)).toEqual([]);
    expect(await texts()).toEqual(['cell done: one\n']);
    expect(await ledger.notebooks()).toEqual([NOTEBOOK]);
    await ledger.released([{ ...run!, outputs: 'cleared' }]);
    expect(await texts()).toEqual([]);
    expect(await ledger.notebooks()).toEqual([]);
    await python.print('r1', 'two\n');
    expect(await texts()).toEqual(['cell done: two\n']);
    await ledger.released([{ ...(await ledger.runsOf(NOTEBOOK))[0]!, outputs: 'gone' }]);
    await python.print('r1', 'three\n');
    expect(await texts()).toEqual([]);
    expect(await texts(NOTEBOOK, await open())).toEqual([]);
  });

  it('[G4] follows its notebook to another path', async () => {
    const python = kernel();
    await python.request('r1', 'cell', 'print(1)');
    await ledger.renamed('folder', 'other', 'alice');
    expect(await texts()).toEqual([]);
    expect(await texts('other/a.ipynb')).toEqual(['cell queued: ']);
    const data = { kernelId: 'one', from: 'other/a.ipynb', to: 'b.ipynb', isRename: true };
    await python.append({ type: 'kernel-document-changed', data });
    await python.print('r1', '1');
    expect(await texts('b.ipynb')).toEqual(['cell queued: 1']);
  });

  it('[G4] goes with its file', async () => {
    const python = kernel();
    await python.request('r1', 'cell', 'print(1)');
    await ledger.deleted('folder');
    await python.print('r1', '1');
    expect(await texts()).toEqual([]);
  });

  it.each([
    ['an extension asked for it', NOTEBOOK, null, {}],
    ['it was asked for silently', NOTEBOOK, 'cell', { silent: true }],
    ['it is no part of the history', NOTEBOOK, 'cell', { store_history: false }],
    ['it is a console', 'folder/console-1-0b1d3c8e-0000-4000-8000-000000000000', 'cell', {}],
    ['no document is known', null, 'cell', {}],
    ["it is a console on a notebook's kernel, or VS Code", NOTEBOOK, 'cell', {}, {}],
  ])(
    '[G2] is no run of a notebook if %s (contract §4)',
    async (_why, path, cellId, content, metadata?: object) => {
      const python = kernel('one', path);
      await python.request('r1', cellId, 'print(1)', { content, ...(metadata && { metadata }) });
      await python.print('r1', '1');
      expect(await ledger.notebooks()).toEqual([]);
    },
  );

  it('[G5] takes the place of one on another kernel', async () => {
    const [one, two] = [kernel('one'), kernel('two')];
    await one.request('r1', 'cell', '1');
    await one.end('r1');
    two.time = one.time;
    await two.request('r2', 'cell', '2');
    await two.end('r2');
    expect(await ledger.runsOf(NOTEBOOK)).toMatchObject([{ id: 'r2' }]);
    await ledger.released((await ledger.runsOf(NOTEBOOK)).map((run) => ({ ...run, outputs: 'kept' })));
    expect(await ledger.notebooks()).toEqual([]);
  });

  it('[G1] is told though others append to its stream, and the ledger was not told of that', async () => {
    const python = kernel();
    await python.request('r1', 'cell', 'print(1)');
    expect(await texts()).toEqual(['cell queued: ']);
    const data = { kernelId: 'one' };
    const more = { actor: 'bob', causedBy: null, frames: [] };
    await log.append('kernel/one', [{ type: 'kernel-interrupted', version: 1, data, ...more }]);
    await python.print('r1', '1');
    expect(await texts()).toEqual(['cell queued: 1']);
  });

  it.each([
    ['kernel-restarted', { reason: 'requested', pid: 1 }, ['interrupted', 'aborted']],
    ['kernel-ended', { reason: 'culled', exitCode: null, signal: null }, ['interrupted', 'aborted']],
    ['kernel-ended', { reason: 'lost', exitCode: null, signal: null }, ['lost', 'aborted']],
    [
      'kernel-died',
      { reason: 'x', exitCode: 1, signal: null, stderrTail: '', outOfMemory: null, memoryHighWater: null },
      ['lost', 'queued'],
    ],
  ] as const)('[K2] ends with its kernel: %s %j', async (type, data, expected) => {
    const python = kernel();
    await python.request('r1', 'one', '1');
    await python.request('r2', 'two', '2');
    await python.begin('r1', 1);
    await python.append({ type, version: 2, data: { position: null, kernelId: 'one', ...data } } as never);
    expect((await ledger.runsOf(NOTEBOOK)).map(({ status }) => status)).toEqual(expected);
  });

  it("[G6] is forgotten once it is over, older than enough others, and no longer its cell's latest", async () => {
    const python = kernel();
    for (let count = 0; count < 600; count++) {
      await python.request(`r${count}`, 'cell', '1');
      if (count !== 1) await python.end(`r${count}`);
    }
    const all = { path: null, cellId: null, kernelId: null, status: null, before: null };
    const known = (await ledger.select(all, 1000)).map(({ record }) => record.id);
    expect(known).toHaveLength(502);
    expect(['r1', 'r98', 'r99', 'r599'].map((id) => known.includes(id))).toEqual([true, false, true, true]);
  });
});
