import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { type DetachableKernel, KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { KeptKernel } from './kept-kernel.ts';
import { FRAME_HEADER_BYTES } from '../hosted/codec/frame.ts';
import type { KernelState } from './link/down.ts';
import { decodeSentMessage } from '../hosted/codec/sent-message.ts';
import { encodeSentMessage } from './link/sent-message.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const launch = { kernelId: 'k', kernelspec: { name: 'python3' } } as LaunchRequest;

let root: string;
let did: string[];
let states: KernelState[];
let kept: KeptKernel;
let flushes: (() => void)[];
let refuse: KernelError | null;
const kernel = {
  pid: 7,
  connectionFile: '/run/kernel-k.json',
  pause: () => did.push('pause'),
  resume: () => did.push('resume'),
  interrupt: () => Promise.resolve(),
  send: ({ header }: KernelMessage) => {
    if (refuse !== null) throw refuse;
    did.push(header.msg_type);
  },
} as unknown as DetachableKernel;
beforeEach(() => {
  vi.useFakeTimers();
  root = mkdtempSync(join(tmpdir(), 'kept-'));
  [did, states, flushes, refuse] = [[], [], [], null];
  kept = new KeptKernel({
    launch,
    folder: join(root, 'k'),
    log,
    wasOver: false,
    schedule: (flush) => void flushes.push(flush),
    onState: (state) => void states.push(state),
  });
  kept.run(kernel);
});
afterEach(() => {
  kept.close();
  vi.useRealTimers();
  rmSync(root, { recursive: true, force: true });
});

test('[A8] a spare kernel is assigned once, which the next supervisor reads; another word of it is passed over', () => {
  const spare = { ...launch, workingDirectory: '/', sessionPath: null, isSpare: true };
  const assignments: unknown[] = [];
  const folder = join(root, 's');
  const options = { launch: spare, folder, log, wasOver: false, schedule: () => undefined };
  const waiting = new KeptKernel({ ...options, onState: () => undefined });
  waiting.run({ ...kernel, assign: (assignment) => void assignments.push(assignment) });
  const first = { workingDirectory: '/a', sessionPath: '/a/b.ipynb' };
  waiting.assign(first);
  waiting.assign({ workingDirectory: '/other', sessionPath: null });
  waiting.close();
  expect(assignments).toEqual([first]);
  expect(waiting.launch).toMatchObject({ ...first, isSpare: false });
  expect(JSON.parse(readFileSync(join(folder, 'launch.json'), 'utf8'))).toMatchObject(first);
});

function say(message = spokenMessage()): void {
  kept.listener.message(message);
  for (const flush of flushes.splice(0)) flush();
}

const sent = (number: number, message: KernelMessage) =>
  decodeSentMessage(encodeSentMessage({ kernelId: 'k', number, message }).subarray(FRAME_HEADER_BYTES));

describe('KeptKernel', () => {
  test('[B5] a kernel whose words cannot be kept stands still until they can be', () => {
    renameSync(join(root, 'k/spool'), join(root, 'k/elsewhere'));
    say();
    expect(did).toEqual(['pause']);
    vi.advanceTimersByTime(2000);
    // Also if an interrupt has continued it meanwhile.
    expect(did).toEqual(['pause', 'pause', 'pause']);
    renameSync(join(root, 'k/elsewhere'), join(root, 'k/spool'));
    vi.advanceTimersByTime(1000);
    expect(did.at(-1)).toBe('resume');
    const before = did.length;
    vi.advanceTimersByTime(5000);
    expect(did).toHaveLength(before);
    // The message, that it was paused, and that it was continued.
    expect(kept.outbox.last).toBe(3);
  });

  test('[N2] what comes again is not handed over again', () => {
    const request = executeRequest('s');
    kept.take('server', sent(1, request));
    kept.take('server', sent(1, request));
    kept.take('server', sent(2, executeRequest('s')));
    kept.take('another server', sent(1, executeRequest('s')));
    expect(did).toEqual(['execute_request', 'execute_request', 'execute_request']);
  });

  test('[N2] [N3] what the kernel does not take is refused, and not awaited', () => {
    refuse = new KernelError('KERNEL_OVERLOADED', 'too much');
    expect(() => kept.take('server', sent(1, executeRequest('s')))).toThrow(refuse);
    expect(kept.handedOver.unanswered).toEqual([]);
    const broken = { ...sent(2, executeRequest('s')), body: Buffer.from('nonsense') };
    expect(() => kept.take('server', broken)).toThrow();
  });

  test('[N3] an execution is awaited until it has its reply, or its process died', () => {
    const [first, second, third] = [executeRequest('s'), executeRequest('s'), executeRequest('s')];
    [first, second, third].forEach((request, index) => kept.take('server', sent(index + 1, request)));
    say(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: first }));
    expect(kept.handedOver.unanswered).toEqual([second.header.msg_id, third.header.msg_id]);
    const exit = {
      exitCode: 1,
      signal: null,
      stderrTail: '',
      outOfMemory: null,
      memoryHighWater: null,
      limit: null,
    };
    kept.became({ kind: 'died', exit, waiting: new Set([third.header.msg_id]) });
    expect(kept.handedOver.unanswered).toEqual([third.header.msg_id]);
  });

  test('[U4] one that is over is kept until all that it said is recorded', () => {
    say();
    expect(states.at(-1)).toMatchObject({ pid: 7, isOver: false });
    kept.over();
    expect(states.at(-1)).toEqual({ kernelId: 'k', pid: null, connectionFile: null, isOver: true });
    expect(kept.isDone).toBe(false);
    kept.outbox.acknowledge(1);
    expect(kept.isDone).toBe(true);
    kept.close();
    kept.remove();
    // What comes too late makes no files.
    say();
    expect(existsSync(join(root, 'k'))).toBe(false);
    mkdirSync(join(root, 'k'));
  });
});
