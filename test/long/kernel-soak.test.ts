import { randomUUID } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { KernelMessage, MessageHeader } from '../servers/kernel-message.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { residentBytes } from '../servers/process-memory.ts';

const KERNELS = 8;
const MINUTE = 60_000;
/** Compiled code, pools and caches have got their size by then. */
const WARM_UP = 2 * MINUTE;
const DURATION = 9 * MINUTE;
/** A kernel among seven busy ones may be slow. */
const PATIENCE = 2 * MINUTE;
const MIB = 1024 * 1024;

let server: JupyterServerProcess;
/**
 * glibc keeps what a flood once needed: of 263 MB that its arenas held after some, 24 MB were in use. With few arenas
 * there are fewer holes. What is in use is looked at by itself.
 */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
beforeAll(async () => {
  server = await startOurServer({ args: ['--log-level', 'warn'], environment: ALLOCATOR });
});
afterAll(() => server.close());

/** Files that the server has open, but for those of the log, which opens and merges its own as it likes. */
function openFiles(): number {
  const folder = `/proc/${server.pid}/fd`;
  return readdirSync(folder).filter((descriptor) => {
    try {
      return !readlinkSync(`${folder}/${descriptor}`).startsWith(server.folders.state);
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

const isOutput = (message: KernelMessage, of: MessageHeader): boolean =>
  message.header.msg_type === 'stream' && message.parent_header.msg_id === of.msg_id;
const isIdle = (message: KernelMessage, of: MessageHeader): boolean =>
  message.content['execution_state'] === 'idle' && message.parent_header.msg_id === of.msg_id;

/** Runs code in a tab whose connection breaks again and again, and answers what it printed. */
async function runWithBreaks(kernelId: string, code: string, breaks: number): Promise<string> {
  const sessionId = randomUUID();
  const dialect = breaks % 2 === 0 ? 'v1' : 'legacy';
  let socket = await KernelSocket.open(server, kernelId, { sessionId, dialect });
  const request = socket.start(code);
  // What was received but not known to be may come twice, and is known by its id.
  const heard = new Map<string, KernelMessage>();
  const hear = (): void => {
    for (const message of socket.received) heard.set(message.header.msg_id, message);
  };
  for (let count = 0; count < breaks; count++) {
    const already = socket.received.length;
    await socket.until(() => socket.received.length > already, 'output', PATIENCE);
    socket.socket.terminate();
    await socket.closed;
    hear();
    // A reply or status that came before the break is not repeated: there must be something to wait for.
    if ([...heard.values()].some((message) => isIdle(message, request))) return textOf(heard, request);
    socket = await KernelSocket.open(server, kernelId, { sessionId, dialect });
  }
  await socket.until(() => socket.received.some((message) => isIdle(message, request)), 'idle', PATIENCE);
  hear();
  await socket.close();
  return textOf(heard, request);
}

function textOf(heard: ReadonlyMap<string, KernelMessage>, request: MessageHeader): string {
  const outputs = [...heard.values()].filter((message) => isOutput(message, request));
  return outputs.map(({ content }) => String(content['text'])).join('');
}

async function run(kernelId: string, code: string): Promise<string> {
  const socket = await KernelSocket.open(server, kernelId);
  const { text } = await socket.execute(code, PATIENCE);
  await socket.close();
  return text;
}

const LINES = 4000;
/**
 * A PUB socket drops what exceeds its high-water mark, which a flood does on a machine that is busy enough: that is the
 * kernel's loss, and lifted here (in the thread that owns the socket) to see that there is none of ours.
 */
const FLOOD = [
  'import threading, zmq',
  'thread, lifted = get_ipython().kernel.iopub_thread, threading.Event()',
  'thread.schedule(lambda: (thread.socket.setsockopt(zmq.SNDHWM, 0), lifted.set()))',
  'lifted.wait()',
  `for i in range(${LINES}): print("line", i, flush=True)`,
].join('\n');
const expectedLines = Array.from({ length: LINES }, (_, line) => `line ${line}\n`).join('');

/** What happens to a kernel in a day, each in its turn; all of it must end as people expect. */
const happenings: readonly ((kernelId: string) => Promise<void>)[] = [
  async function flood(id) {
    for (const breaks of [0, 3, 4]) {
      const text = await runWithBreaks(id, FLOOD, breaks);
      expect(text === expectedLines).toBe(true);
    }
  },
  async function largeOutputs(id) {
    for (let count = 0; count < 5; count++)
      expect(await run(id, `print("x" * ${4 * MIB}, end="")`)).toHaveLength(4 * MIB);
  },
  async function slowTab(id) {
    // It stops reading in the middle of 40 MiB, and must get all of it when it reads on.
    const slow = await KernelSocket.open(server, id);
    const request = slow.start(`for i in range(40): print(i, "y" * ${MIB})`);
    await slow.until(() => slow.received.some((message) => isOutput(message, request)), 'output', PATIENCE);
    slow.socket.pause();
    expect(await run(id, 'print("others go on")')).toBe('others go on\n');
    slow.socket.resume();
    const { text } = await slow.finish(request, PATIENCE);
    expect(text.split('\n').map((line) => line.split(' ')[0])).toEqual([...Array(40).keys(), ''].map(String));
    await slow.close();
  },
  async function interrupt(id) {
    const socket = await KernelSocket.open(server, id);
    const request = socket.start('print("on", flush=True)\nwhile True: pass');
    await socket.until(
      () => socket.received.some((message) => isOutput(message, request)),
      'output',
      PATIENCE,
    );
    await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/interrupt` });
    expect((await socket.finish(request, PATIENCE)).reply.content).toMatchObject({
      ename: 'KeyboardInterrupt',
    });
    await socket.close();
  },
  async function restart(id) {
    await run(id, 'x = 1');
    await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/restart`, body: {} });
    expect(await run(id, 'print("x" in dir())')).toBe('False\n');
  },
  async function crash(id) {
    const socket = await KernelSocket.open(server, id);
    socket.start('import os, signal; os.kill(os.getpid(), signal.SIGKILL)');
    await socket.find((message) => message.content['execution_state'] === 'restarting', 'restart', PATIENCE);
    expect((await socket.execute('print("again")', PATIENCE)).text).toBe('again\n');
    await socket.close();
  },
];

async function replace(kernelId: string): Promise<string> {
  await sendOk(server, { method: 'DELETE', path: `/api/kernels/${kernelId}` });
  return startKernel(server);
}

/** Lets everything happen to each kernel, over and over. @returns how often, and the kernels that are there then */
async function live(kernels: readonly string[], until: number): Promise<{ ids: string[]; rounds: number }> {
  let rounds = 0;
  const ids = await Promise.all(
    kernels.map(async (first, index) => {
      let id = first;
      for (let turn = index; Date.now() < until; turn++) {
        await happenings[turn % happenings.length]?.(id);
        if (turn % happenings.length === 0) id = await replace(id);
        rounds += 1;
      }
      return id;
    }),
  );
  return { ids, rounds };
}

interface Use {
  readonly resident: number;
  /** JavaScript's own memory with the buffers that belong to it. */
  readonly held: number;
  readonly files: number;
}

/** When nothing has happened for a moment, in bytes. */
async function measure(kernels: readonly string[]): Promise<Use> {
  for (const id of kernels) expect(await run(id, 'print("alive")')).toBe('alive\n');
  await sleep(5_000);
  const metrics = (await sendOk(server, { path: '/metrics' })).body.toString();
  const valueOf = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  const held = valueOf('nodejs_heap_size_used_bytes') + valueOf('nodejs_external_memory_bytes');
  return { resident: residentBytes(server.pid), held, files: openFiles() };
}

test('I5: eight kernels flood, break, crash and restart for minutes; nothing is lost, memory and files stay as they were', async () => {
  const began = Date.now();
  const first = await Promise.all(Array.from({ length: KERNELS }, () => startKernel(server)));
  const warm = await live(first, began + WARM_UP);
  const before = await measure(warm.ids);
  const end = await live(warm.ids, began + DURATION);
  const after = await measure(end.ids);
  expect(end.rounds).toBeGreaterThan(KERNELS);
  expect(after.files, 'open files').toBeLessThanOrEqual(before.files + 4);
  // Garbage that is not collected yet is among it.
  expect(after.held, 'bytes held').toBeLessThan(before.held + 64 * MIB);
  expect(after.resident, 'resident bytes').toBeLessThan(1024 * MIB);
  await Promise.all(end.ids.map((id) => sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` })));
  const left = readdirSync(server.folders.runtime).filter((name) => name.startsWith('kernel-'));
  expect(left).toEqual([]);
  expect(server.output()).not.toMatch(/could not be recorded|a kernel message was dropped|Unhandled/);
});
