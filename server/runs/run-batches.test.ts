import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { AnsweringKernel } from '../../test/doubles/answering-kernel.ts';
import { RequestRuns } from './request-runs.ts';
import type { RunBatch } from './run-batch.ts';
import { RunBatches } from './run-batches.ts';
import { RunLedger } from './run-ledger.ts';
import type { BatchModel } from './runs-api.ts';
import { RunsApi } from './runs-api.ts';

const logger = pino({ level: 'silent' });
const PATH = 'a.ipynb';

/** Servers that come one after the other, on one log and one kernel that outlives them. */
class Servers {
  readonly log = new MemoryEventLog();
  readonly kernel = new AnsweringKernel(this.log, PATH);
  sources: string[] = [];
  ledger!: RunLedger;
  batches!: RunBatches;
  api!: RunsApi;
  requests!: RequestRuns;
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async start(): Promise<this> {
    const { log, kernel } = this;
    const kernels = kernel;
    this.ledger = await RunLedger.open({ log, logger, directory: this.#directory, baseUrl: '/' });
    kernel.observe = (committed) => this.ledger.observe(committed);
    this.batches = await RunBatches.open({ log, logger, ledger: this.ledger, kernels });
    this.api = new RunsApi({ ledger: this.ledger, batches: this.batches, kernels, baseUrl: '/' });
    this.requests = new RequestRuns({
      batches: this.batches,
      kernels,
      readNotebook: () =>
        Promise.resolve({
          notebook: {
            kernelName: null,
            cells: this.sources.map((source, index) => ({
              id: `cell-${index}`,
              isCode: true,
              source,
              mayFail: source === 'may fail',
              kernel: null,
            })),
          },
        }),
    });
    this.batches.start();
    return this;
  }

  /** Nothing is said of what is under way, as by a server that is killed. */
  async kill(): Promise<void> {
    await this.batches.close();
    await this.ledger.close();
  }

  run(sources: string[], more: object = {}): Promise<unknown> {
    this.sources = sources;
    return this.requests.request({ path: PATH, request_id: 'one', ...more }, 'ada');
  }

  isOver(requestId = 'one'): Promise<BatchModel> {
    return vi.waitUntil(
      async () => {
        const batch = await this.api.batch(requestId);
        return batch.is_over ? batch : false;
      },
      { interval: 1, timeout: 10_000 },
    );
  }

  async statuses(): Promise<string[]> {
    return (await this.api.batch('one')).runs.map(({ status }) => status);
  }
}

let directory: string;
let servers: Servers;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runs-'));
  servers = await new Servers(directory).start();
});
afterEach(async () => {
  await servers.kill();
  await rm(directory, { recursive: true });
});

const isSent = (count: number): Promise<unknown> =>
  vi.waitUntil(() => servers.kernel.executed.length >= count, { interval: 1 });

describe('cells that the server runs', () => {
  it('[Q1] are sent one at a time, in their order, and not twice for one request id', async () => {
    const [one, two] = await Promise.all([servers.run(['1', '2', '3']), servers.run(['1', '2', '3'])]);
    expect(one).toBe(two);
    expect((await servers.isOver()).runs.map(({ cell_id: cell, status }) => [cell, status])).toEqual([
      ['cell-0', 'done'],
      ['cell-1', 'done'],
      ['cell-2', 'done'],
    ]);
    expect(await servers.run(['other'])).toBe(one);
    expect(servers.kernel.executed).toEqual(['1', '2', '3']);
    await expect(
      servers.requests.request({ path: 'b.ipynb', request_id: 'one' }, 'ada'),
    ).rejects.toMatchObject({
      code: 'request_id_reused',
    });
  });

  it('[Q2] stop behind one that fails, unless it may', async () => {
    await servers.run(['fail', '2']);
    expect(await servers.isOver()).toMatchObject({
      reason: 'Cell cell-0 failed.',
      runs: [{ status: 'failed' }, { status: 'aborted' }],
    });
    await servers.run(['fail', '2'], { request_id: 'two', stop_on_error: false });
    expect((await servers.isOver('two')).runs).toMatchObject([{ status: 'failed' }, { status: 'done' }]);
  });

  it('are known also on their way to the kernel, before anything is recorded there', async () => {
    const send = vi.spyOn(servers.kernel, 'send').mockReturnValue();
    await servers.run(['1', '2']);
    await vi.waitUntil(() => send.mock.calls.length > 0, { interval: 1 });
    const [{ id = '' } = {}] = (await servers.api.batch('one')).runs;
    expect(await servers.api.get(id)).toMatchObject({ status: 'queued', code: null });
    await expect(servers.api.cancel(id, 'ada')).rejects.toMatchObject({ code: 'run_is_with_kernel' });
  });

  it('[Q3] are taken back as long as they are not sent; what runs is interrupted', async () => {
    servers.kernel.isHeld = true;
    await servers.run(['1', '2', '3']);
    await isSent(1);
    const { runs } = await servers.api.batch('one');
    await servers.api.cancel(runs[1]?.id ?? '', 'ada');
    await expect(servers.api.cancel(runs[0]?.id ?? '', 'ada')).rejects.toMatchObject({
      code: 'run_is_with_kernel',
    });
    await servers.kernel.goOn();
    expect((await servers.isOver()).runs).toMatchObject([
      { status: 'done' },
      { status: 'cancelled' },
      { status: 'done' },
    ]);
    await expect(servers.api.cancel(runs[1]?.id ?? '', 'ada')).rejects.toMatchObject({ code: 'run_is_over' });
    await servers.run(['ask', '2'], { request_id: 'two' });
    await isSent(3);
    await vi.waitUntil(async () => (await servers.api.batch('two')).runs[0]?.prompt != null);
    await servers.api.cancelBatch('two', 'ada');
    expect(servers.kernel.interrupts).toEqual(['ada']);
  });

  it('[Q4] end where their kernel does', async () => {
    servers.kernel.isHeld = true;
    await servers.run(['1', '2']);
    await isSent(1);
    servers.kernel.isThere = false;
    await servers.kill();
    await servers.start();
    const batch = await servers.isOver();
    expect(batch.reason).toContain('gone');
    expect(batch.runs).toMatchObject([{ status: 'queued' }, { status: 'aborted' }]);
  });

  it('[Q7] go with what fails before them where people ask for each alone; others do not', async () => {
    servers.kernel.isHeld = true;
    servers.sources = ['fail', '2', '3'];
    const ask = (id: string, cell: string, interactive: boolean): Promise<unknown> =>
      servers.requests.request({ path: PATH, request_id: id, cells: [cell], interactive }, 'ada');
    await Promise.all([
      ask('one', 'cell-0', true),
      ask('two', 'cell-1', true),
      ask('nightly', 'cell-2', false),
    ]);
    await isSent(1);
    await servers.kernel.goOn();
    await servers.isOver('nightly');
    expect(servers.kernel.executed).toEqual(['fail', '3']);
    expect(await servers.api.batch('two')).toMatchObject({
      reason: 'Cell cell-0 failed.',
      runs: [{ status: 'aborted' }],
    });
  });

  it('tell when others wait than before, and when they are over', async () => {
    const told: string[] = [];
    servers.batches.onChanged((path) => {
      told.push(`${path} ${servers.batches.unsent().filter(({ status }) => status === 'queued').length}`);
    });
    const batch = (await servers.run(['1', '2'])) as RunBatch;
    expect(await servers.batches.whenOver(batch, new AbortController().signal)).toEqual({ reason: null });
    expect(told).toEqual([`${PATH} 2`, `${PATH} 1`, `${PATH} 0`, `${PATH} 0`]);
    const aborted = AbortSignal.abort(new Error('gone'));
    servers.kernel.isHeld = true;
    const other = (await servers.run(['1'], { request_id: 'two' })) as RunBatch;
    await expect(servers.batches.whenOver(other, aborted)).rejects.toThrow('gone');
    await servers.kernel.goOn();
  });

  it('[Q5] are each run once, whenever the server is killed, and known as before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 6 }), async (kills) => {
        const own = await mkdtemp(join(tmpdir(), 'runs-'));
        const some = await new Servers(own).start();
        const sources = ['1', '2', '3', '4', '5'];
        await some.run(sources);
        for (const [turns, isHeld] of kills) {
          some.kernel.isHeld = isHeld;
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          await some.kill();
          await some.start();
          await some.kernel.goOn();
        }
        const { runs } = await some.isOver();
        expect(some.kernel.executed).toEqual(sources);
        expect(runs.map(({ status }) => status)).toEqual(sources.map(() => 'done'));
        await some.kill();
        await some.start();
        expect((await some.api.batch('one')).runs).toEqual(runs);
        await some.kill();
        await rm(own, { recursive: true });
      }),
      { numRuns: 20 },
    );
  });
});

describe('the API of runs', () => {
  it('[Q6] answers a prompt once', async () => {
    await servers.run(['ask']);
    const [run] = await vi.waitUntil(async () => {
      const { runs } = await servers.api.batch('one');
      return runs[0]?.prompt ? runs : false;
    });
    const id = run?.id ?? '';
    const answers = await Promise.allSettled([
      servers.api.answer(id, 'Ada', 'ada'),
      servers.api.answer(id, 'Bob', 'bob'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await servers.api.get(id)).toMatchObject({ prompt: null, outputs: [{ text: 'who Ada\n' }] });
  });

  it('lists what waits with what runs, newest first, a page at a time', async () => {
    servers.kernel.isHeld = true;
    await servers.run(['1', '2', '3']);
    await isSent(1);
    const all = { path: null, cellId: null, kernelId: null, status: null, before: null };
    const list = await servers.api.list(all, 10);
    expect(list.map(({ status }) => status).sort()).toEqual(['queued', 'queued', 'queued']);
    const [first] = await servers.api.list(all, 1);
    expect(first).toEqual(list[0]);
    const before = { id: first?.id ?? '', queuedAt: Date.parse(first?.queued ?? '') };
    expect(await servers.api.list({ ...all, before }, 10)).toEqual(list.slice(1));
    expect(await servers.api.list({ ...all, cellId: 'cell-1' }, 10)).toHaveLength(1);
    expect(await servers.api.list({ ...all, path: 'b.ipynb' }, 10)).toEqual([]);
    expect(await servers.api.list({ ...all, kernelId: 'none' }, 10)).toEqual([]);
    expect(await servers.api.list({ ...all, status: 'done' }, 10)).toEqual([]);
    await servers.kernel.goOn();
  });
});
