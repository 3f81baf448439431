import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KernelError, type LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { MemoryKernel } from '../../test/doubles/memory-kernel.ts';
import { kernelspec } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { WarmPool } from './warm-pool.ts';

const IPYTHON = { implementation: 'ipython' };
let supervisor: MemorySupervisor;
let room: number;
let spec = kernelspec('python3');
let ids = 0;
const warnings: string[] = [];
let pool: WarmPool;

function requestOf(more: Partial<LaunchRequest> = {}): LaunchRequest {
  const [kernelId, kernelspec] = [`k${++ids}`, spec];
  const surroundings = { environment: { A: 'b' }, pythonPrefix: '/p', runtimeDirectory: '/r' };
  return { kernelId, kernelspec, workingDirectory: '/root', sessionPath: null, ...surroundings, ...more };
}
function open(wanted: Record<string, number> = { python3: 1 }): WarmPool {
  const logger = pino(
    { level: 'warn', base: null },
    { write: (line: string) => void warnings.push((JSON.parse(line) as { msg: string }).msg) },
  );
  pool = new WarmPool({
    supervisor,
    wanted: new Map(Object.entries(wanted)),
    spareLaunch: () => Promise.resolve(requestOf({ isSpare: true })),
    room: () => room,
    onChange: () => undefined,
    logger,
  });
  return pool;
}
const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const heard: string[] = [];
const listener = {
  message: ({ header }: { header: { msg_type: string } }) => void heard.push(header.msg_type),
  lifecycle: ({ kind }: { kind: string }) => void heard.push(kind),
  refused: () => undefined,
};

/** One that waits. */
async function openWithOne(info: object = IPYTHON): Promise<MemoryKernel> {
  await open().open();
  await after(0);
  supervisor.last.becomeReady(info);
  await after(0);
  return supervisor.last;
}
/** What its launch resolves to, with the silent request that puts it in its place answered. */
async function handOut(kernel: MemoryKernel, request: LaunchRequest, status = 'ok') {
  const launched = pool.launch({ ...request, kernelId: kernel.id }, listener);
  await after(0);
  const [move] = kernel.sent;
  if (move !== undefined) {
    kernel.say({ type: 'status', content: { execution_state: 'busy' }, parent: move });
    kernel.say({ channel: 'shell', type: 'execute_reply', content: { status }, parent: move });
    kernel.say({ type: 'status', content: { execution_state: 'idle' }, parent: move });
  }
  return launched;
}

beforeEach(() => {
  vi.useFakeTimers();
  supervisor = new MemorySupervisor();
  [room, spec, heard.length, warnings.length] = [10, kernelspec('python3'), 0, 0];
});
afterEach(async () => {
  await pool.close();
  vi.useRealTimers();
});

describe('a kernel that waits', () => {
  test("is nobody's, and is handed out in its place with nothing said before", async () => {
    const kernel = await openWithOne();
    expect(kernel.request).toMatchObject({ isSpare: true, workingDirectory: '/root' });
    kernel.say({});
    const asked = requestOf({
      workingDirectory: '/root/a',
      sessionPath: '/root/a/b.ipynb',
    });
    expect(pool.reserve(asked)).toBe(kernel.id);
    expect(pool.reserve(asked)).toBeNull();
    expect(await handOut(kernel, asked)).toBe(kernel);
    const code = (JSON.parse(Buffer.from(kernel.sent[0]?.frames[3] ?? []).toString()) as { code: string })
      .code;
    expect(code).toContain('.chdir("/root/a")');
    expect(kernel.request).toMatchObject({ isSpare: false, workingDirectory: '/root/a' });
    expect(heard).toEqual([]);
    kernel.say({});
    expect(heard).toEqual(['stream']);
    // All before is acknowledged; the rest is its owner's to acknowledge.
    expect(kernel.unacknowledged).toBe(1);
  });

  test('is followed by another once the first cell had the machine for itself', async () => {
    const kernel = await openWithOne();
    pool.reserve(requestOf());
    await handOut(kernel, requestOf());
    await after(1_900);
    expect(supervisor.kernels).toHaveLength(1);
    await after(200);
    expect(supervisor.kernels).toHaveLength(2);
  });

  test.each<[string, Partial<LaunchRequest>]>([
    ['another environment', { environment: { A: 'c' } }],
    ['another Python', { pythonPrefix: '/other' }],
    ['another kernelspec', { kernelspec: kernelspec('deno') }],
  ])('does not serve %s', async (_what, asked) => {
    await openWithOne();
    expect(pool.reserve(requestOf(asked))).toBeNull();
    expect(pool.list()).toMatchObject([{ waiting: 1 }]);
  });

  test('serves its own folder alone where it cannot be told of another, and that is said once', async () => {
    const kernel = await openWithOne({ implementation: 'R' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('serve notebooks in this folder alone');
    expect(pool.reserve(requestOf({ workingDirectory: '/root/a' }))).toBeNull();
    pool.reserve(requestOf());
    await handOut(kernel, requestOf());
    expect(kernel.sent).toEqual([]);
  });

  test('is ended where its kernelspec has changed', async () => {
    const kernel = await openWithOne();
    spec = kernelspec('python3', { resourceDirectory: '/elsewhere' });
    expect(pool.reserve(requestOf())).toBeNull();
    expect(kernel.asked).toEqual(['shutdown now']);
  });

  test.each(['error', 'dies'])(
    'is started anew where it belongs if it cannot be put there (%s)',
    async (how) => {
      const kernel = await openWithOne();
      const asked = requestOf({ workingDirectory: '/root/gone', sessionPath: '/root/gone/b.ipynb' });
      pool.reserve(asked);
      if (how === 'dies') kernel.dieAndRestart();
      await handOut(kernel, asked, 'error');
      expect(kernel.asked).toEqual(['assign /root/gone', 'restart /root/gone/b.ipynb']);
      expect(pool.list()).toMatchObject([{ problem: null }]);
    },
  );

  test('is ended if whoever reserved it never asks for it', async () => {
    const kernel = await openWithOne();
    pool.reserve(requestOf());
    await after(31_000);
    expect(kernel.asked).toEqual(['shutdown now']);
  });
});

describe('the pool', () => {
  test('starts one after another, and no more than there is room for', async () => {
    room = 2;
    await open({ python3: 3 }).open();
    await after(0);
    expect(supervisor.kernels).toHaveLength(1);
    supervisor.last.becomeReady(IPYTHON);
    await after(0);
    expect(supervisor.kernels).toHaveLength(2);
    supervisor.last.becomeReady(IPYTHON);
    await after(60_000);
    expect(pool.list()).toMatchObject([{ wanted: 3, waiting: 2 }]);
    room = 1;
    await pool.launch(requestOf({ environment: {} }), listener);
    expect(pool.list()).toMatchObject([{ waiting: 1 }]);
  });

  test('replaces those that die after pauses that grow', async () => {
    const kernel = await openWithOne();
    kernel.dieForGood();
    expect(pool.list()).toMatchObject([
      { waiting: 0, problem: expect.stringContaining('it broke') as string },
    ]);
    const counts: number[] = [];
    for (let minute = 0; minute < 10; minute += 1) {
      for (let second = 0; second < 60; second += 1) {
        await after(1000);
        const { last } = supervisor;
        if (!last.isOver) last.dieForGood();
      }
      counts.push(supervisor.kernels.length);
    }
    expect(counts[0]).toBeLessThan(8);
    expect(counts[9]).toBeLessThan(12);
    expect(counts[9]).toBeGreaterThan(counts[1] ?? 99);
  });

  test('tells why none can be started, and tries again later', async () => {
    supervisor.failure = new KernelError('KERNEL_LAUNCH_FAILED', 'no such program');
    await open().open();
    await after(100);
    expect(pool.list()).toMatchObject([{ waiting: 0, problem: 'no such program' }]);
    await after(2_500);
    supervisor.last.becomeReady(IPYTHON);
    await after(0);
    expect(pool.list()).toMatchObject([{ waiting: 1, problem: null }]);
  });

  test('ends what waits when the server ends, and nothing else', async () => {
    const kernel = await openWithOne();
    const mine = await pool.launch(requestOf(), listener);
    await pool.close();
    expect(kernel.asked).toEqual(['shutdown now']);
    expect((mine as MemoryKernel).isOver).toBe(false);
  });

  test.each([
    [{ python3: 1 }, 'takes', true],
    [{}, 'ends', false],
  ] as const)(
    'I4: after a kill, for %j, %s what waited, and shows it to nobody',
    async (wanted, _does, taken) => {
      const kernel = await openWithOne();
      const mine = await pool.launch(requestOf(), listener);
      await pool.end().catch(() => undefined);
      void mine;
      supervisor = new MemorySupervisor();
      const request = requestOf({ isSpare: true });
      await supervisor.launch(request, listener);
      const [left] = supervisor.kernels;
      supervisor = supervisor.foundAgain();
      open(wanted);
      expect(pool.found).toEqual([]);
      await pool.open();
      left?.becomeReady(IPYTHON);
      await after(0);
      expect(left?.isOver).toBe(!taken);
      expect(pool.list().map(({ waiting }) => waiting)).toEqual(taken ? [1] : []);
      expect(kernel.isOver).toBe(true);
    },
  );
});
