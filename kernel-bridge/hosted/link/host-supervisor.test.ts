import { afterEach, expect, test, vi } from 'vitest';
import { farLaunch } from '../../../test/doubles/far-machine.ts';
import { headerOf, hostedMessage } from '../../../test/doubles/hosted-process.ts';
import { HostingPage } from '../../../test/doubles/hosting-page.ts';
import { contentOf, type KernelClient } from '../../../test/doubles/kernel-client.ts';
import type { ProtocolRange } from '../codec/protocol-version.ts';
import { encodeJson } from './frame.ts';
import { HeldMessages } from './held-messages.ts';
import { HostedError } from './hosted-error.ts';
import { executeRequest } from '../../../test/doubles/spoken-message.ts';
import { MemorySpool } from './memory-spool.ts';

const pages: HostingPage[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) await page.remove();
});

async function open(...how: Parameters<typeof HostingPage.open>): Promise<HostingPage> {
  const page = await HostingPage.open(...how);
  pages.push(page);
  return page;
}
const kindsOf = (client: KernelClient): string[] => client.listener.lifecycles.map(({ kind }) => kind);
const typesOf = (client: KernelClient): string[] =>
  client.listener.messages.map(({ header }) => header.msg_type);
/** A line of output, of about so many bytes. */
const printed = (bytes: number) =>
  hostedMessage('iopub', 'stream', { name: 'stdout', text: 'x'.repeat(bytes) });
/** The same of what is no text, and never goes on together. */
const shown = (bytes: number) =>
  hostedMessage('iopub', 'display_data', { data: { 'text/plain': 'x'.repeat(bytes) }, metadata: {} });
/** What another server says first. */
const hello = (protocols: ProtocolRange): Uint8Array =>
  encodeJson({ type: 'hello', protocols, program: '9', clientId: 'c', role: 'owner' });

test('[R1] [R2] [M3] [X2] a kernel says how far it is while it loads, and then gets what it was sent', async () => {
  const page = await open();
  const { client, kernel, process } = await page.launch();
  const id = client.execute('1 + 1');
  process.listener.says({ type: 'progress', text: 'Loading Python', done: 0.41 });
  process.listener.says({ type: 'progress', text: 'Loading Python', done: 0.44 });
  process.listener.says({ type: 'progress', text: 'Loading IPython', done: null });
  await vi.waitFor(() => expect(kindsOf(client)).toHaveLength(2));
  expect(process.received).toEqual([]);
  process.ready();
  expect(await kernel.ready()).toEqual({ implementation: 'scripted' });
  await vi.waitFor(() => expect(process.received).toEqual([id]));
  await vi.waitFor(() => expect(kindsOf(client)).toHaveLength(3));
  expect(client.listener.lifecycles).toEqual([
    { kind: 'waiting', text: 'Loading Python: 40 %' },
    { kind: 'waiting', text: 'Loading IPython' },
    { kind: 'waiting', text: null },
  ]);
  expect(client.listener.messages).toEqual([]);
  expect(page.observer.states.map((state) => state?.kind)).toEqual(['loading', 'loading', 'loading', 'idle']);
});

test('[HL4] [X2] what can never be ready is over, and says why and what to do', async () => {
  const page = await open();
  const { client, kernel, process } = await page.launch();
  const ready = expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
  process.listener.says({
    type: 'failed',
    message: 'pyodide.asm.wasm is damaged.',
    remedy: 'Reload the page.',
  });
  await ready;
  await client.listener.untilLifecycle('gave-up');
  const exit = { explanation: 'pyodide.asm.wasm is damaged. Reload the page.' };
  expect(client.listener.lifecycles).toMatchObject([
    { kind: 'died', exit },
    { kind: 'gave-up', exit },
  ]);
  expect(() => client.execute('1')).toThrow('dead');
  expect(process.isEnded).toBe(true);
  expect(page.processes.all).toHaveLength(1);
});

test('[D1] [D2] [D5] a worker that breaks is started anew, at most five times in a row, and what waits is for the next', async () => {
  const page = await open();
  const { client } = await page.launchReady();
  page.processes.last.listener.says({ type: 'log', text: 'Fatal Python error' });
  page.processes.last.listener.ended({ why: 'Memory ran out.', isOutOfMemory: true });
  await client.listener.untilLifecycle('autorestarted');
  expect(client.listener.lifecycles[0]).toMatchObject({
    kind: 'died',
    exit: { explanation: 'Memory ran out.', outOfMemory: 'counted', stderrTail: 'Fatal Python error\n' },
  });
  const id = client.execute('1');
  await vi.waitFor(() => expect(page.host.kernels).toHaveLength(1));
  for (let death = 2; death <= 6; death++) {
    page.processes.last.listener.ended({ why: 'It broke.', isOutOfMemory: false });
    await client.listener.untilLifecycle('died', death);
  }
  await client.listener.untilLifecycle('gave-up');
  expect(kindsOf(client).filter((kind) => kind === 'autorestarted')).toHaveLength(5);
  const waiting = client.listener.lifecycles.flatMap((event) =>
    event.kind === 'died' ? [[...event.waiting]] : [],
  );
  expect(waiting).toEqual([[], [id], [id], [id], [id], []]);
});

test('[E1] [HL5] an interrupt reaches what runs; a page that cannot starts the kernel anew, and says so', async () => {
  const page = await open();
  const { kernel, process } = await page.launchReady();
  await kernel.interrupt();
  expect(process.done).toEqual(['resume', 'interrupt']);

  page.processes.traits = { canInterrupt: false };
  const other = await page.launchReady('other');
  await other.kernel.interrupt();
  expect(page.processes.all).toHaveLength(2);
  other.client.execute('while True: pass');
  await vi.waitFor(() => expect(other.process.received).toHaveLength(1));
  await other.kernel.interrupt();
  await other.client.listener.untilLifecycle('autorestarted');
  expect(other.process.isEnded).toBe(true);
  const { exit } = (await other.client.listener.untilLifecycle('died')) as { exit: { explanation: string } };
  expect(exit.explanation).toMatch(/cannot be interrupted in this browser page/);
});

test('[E2] [M3] [R4] a restart is quiet, lets the old process say that it ends, and its messages end with it', async () => {
  const page = await open();
  const { client, kernel, process } = await page.launchReady();
  const restarted = kernel.restart({ sessionPath: 'renamed.ipynb' });
  await vi.waitFor(() => expect(page.processes.all).toHaveLength(2));
  client.execute('for the new one');
  page.processes.last.ready();
  await restarted;
  await kernel.ready();
  expect(process.isEnded).toBe(true);
  expect(page.processes.last.launch.sessionPath).toBe('renamed.ipynb');
  await vi.waitFor(() => expect(page.processes.last.received).toHaveLength(1));
  expect(typesOf(client)).toEqual(['shutdown_reply']);
  expect(kindsOf(client)).toEqual([]);
});

test('[E4] shutdown wins over a restart, and a waiting ready() hears of it', async () => {
  const page = await open();
  const { kernel } = await page.launch();
  const outcomes = await Promise.allSettled([kernel.ready(), kernel.restart(), kernel.shutdown()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(page.processes.all.every(({ isEnded }) => isEnded)).toBe(true);
});

test('[E3] a shutdown is heard to its last word, and nothing of the kernel stays', async () => {
  const spool = new MemorySpool();
  const page = await open(spool);
  const { client, kernel, process } = await page.launchReady();
  process.say(printed(10));
  await kernel.shutdown();
  expect(typesOf(client)).toEqual(['stream', 'shutdown_reply']);
  await vi.waitFor(() => expect(page.far.count).toBe(0));
  await vi.waitFor(async () => expect(await spool.kernels()).toEqual([]));
  await vi.waitFor(() => expect(page.observer.emptied).toBe(1));
  expect(page.observer.states.at(-1)).toBeNull();
});

test('[HL7] text that is flushed line by line is one entry, in its place before what becomes of the kernel', async () => {
  const page = await open();
  const { client, process } = await page.launchReady();
  for (let line = 0; line < 100; line++) process.say(printed(10));
  process.listener.ended({ why: 'Memory ran out.', isOutOfMemory: true });
  await client.listener.untilLifecycle('autorestarted');
  const kinds = client.listener.heard.map(({ message, event }) => message?.header.msg_type ?? event?.kind);
  expect(kinds).toEqual(['stream', 'stream', 'died', 'autorestarted']);
  const texts = client.listener.messages.map((message) => contentOf(message)['text']);
  expect(texts).toEqual(['x'.repeat(10), 'x'.repeat(990)]);
  expect(page.observer.messages).toHaveLength(2);
});

test('[B5] with no room for what it says a kernel stands still, and goes on when there is some', async () => {
  const spool = new MemorySpool();
  const page = await open(spool);
  const { client, process } = await page.launchReady();
  spool.limit = 1000;
  await page.cut();
  process.say(printed(2000));
  await vi.waitFor(() => expect(process.isPaused).toBe(true));
  expect(client.listener.messages).toEqual([]);
  spool.limit = Infinity;
  await vi.waitFor(() => expect(process.isPaused).toBe(false), 5000);
  await page.far.reach();
  await client.listener.untilLifecycle('continued');
  expect(kindsOf(client)).toEqual(['paused', 'continued']);
  expect(typesOf(client)).toEqual(['stream']);
});

test('[B5] what cannot be kept is sent all the same', async () => {
  const spool = new MemorySpool();
  const page = await open(spool);
  const { client, process } = await page.launchReady();
  spool.limit = 0;
  process.say(printed(100));
  await vi.waitFor(() => expect(typesOf(client)).toEqual(['stream']));
  process.say(printed(100));
  await vi.waitFor(() => expect(typesOf(client)).toEqual(['stream', 'stream']));
});

test('[B6] a kernel that nobody hears stands still at a bound, until half of it is recorded', async () => {
  const page = await open(new MemorySpool(), { bounds: { kept: 10_000, memory: 1e6 } });
  const { client, process } = await page.launchReady();
  await page.cut();
  for (let line = 0; line < 12; line++) process.say(shown(1000));
  await vi.waitFor(() => expect(process.isPaused).toBe(true));
  await page.far.reach();
  await vi.waitFor(() => expect(process.isPaused).toBe(false));
  await client.listener.untilLifecycle('continued');
  expect(typesOf(client)).toHaveLength(12);
  expect(client.listener.lifecycles[0]).toEqual({ kind: 'paused', reason: 'too-much-unread' });
});

test('(I5) [HL2] a kernel that cannot stand still loses outputs at a bound, which is told as a gap, and its executions end', async () => {
  const page = await open(new MemorySpool(), { bounds: { kept: 10_000, memory: 20_000 } });
  page.processes.traits = { canPause: false };
  const { client, process } = await page.launchReady();
  await page.cut();
  for (let line = 0; line < 40; line++) {
    process.say(shown(1000));
    // As it would speak, with time for what is written.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const request = hostedMessage('shell', 'execute_request');
  process.status('idle', request.header);
  expect(process.done).not.toContain('pause');
  await page.far.reach();
  await client.listener.untilMessage(({ header }) => header.msg_type === 'status');
  await vi.waitFor(() => expect(kindsOf(client)).toEqual(['reattached', 'reattached']));
  const lost = 40 - typesOf(client).filter((type) => type === 'display_data').length;
  expect(lost).toBeGreaterThan(0);
  const whys = client.listener.lifecycles.map((event) => (event.kind === 'reattached' ? event.why : ''));
  expect(whys).toEqual([
    expect.stringContaining('what the kernel said next was lost'),
    expect.stringContaining(`${lost} messages of the kernel were lost`),
  ]);
});

test('[HL6] what a page asks for while it is offline is handed over before what comes of it', async () => {
  const page = await open();
  const { client, process } = await page.launchReady();
  await page.cut();
  const request = hostedMessage('shell', 'execute_request', { code: '1 + 1' });
  page.host.ask('k', request);
  expect(process.received).toEqual([headerOf(request).msg_id]);
  process.say(hostedMessage('iopub', 'execute_result', {}, request.header));
  await vi.waitFor(() => expect(page.observer.unsharedCounts.at(-1)).toBeGreaterThan(0));
  await page.far.reach();
  await vi.waitFor(() => expect(typesOf(client)).toEqual(['execute_request', 'execute_result']));
  expect(client.listener.messages[0]).toMatchObject({
    channel: 'shell',
    header: { msg_id: headerOf(request).msg_id },
  });
  await vi.waitFor(() => expect(page.observer.unsharedCounts.at(-1)).toBe(0));
  const typed = hostedMessage('stdin', 'input_reply', { value: 'Ada' });
  page.host.ask('k', typed);
  expect(process.received.at(-1)).toBe(headerOf(typed).msg_id);
  expect(page.observer.unsharedCounts.at(-1)).toBe(0);
  expect(() => page.host.ask('k', hostedMessage('shell', 'complete_request'))).toThrow('only executions');
  expect(() => page.host.ask('another', request)).toThrow('no such kernel');
});

test('entries wait while the page brings its documents together', async () => {
  const page = await open();
  const { client, process } = await page.launchReady();
  page.host.handOver(false);
  process.say(printed(10));
  await expect(page.far.usage()).resolves.toEqual(new Map());
  expect(client.listener.messages).toEqual([]);
  page.host.handOver(true);
  await vi.waitFor(() => expect(typesOf(client)).toEqual(['stream']));
});

test('[U3] a later connection takes over; the one before is told', async () => {
  const page = await open();
  const { client, process } = await page.launchReady();
  const said: string[] = [];
  const end = page.host.join({
    waitingBytes: 0,
    write: (pieces) => said.push(...pieces.map((piece) => Buffer.from(piece).subarray(5).toString())),
    close: () => undefined,
  });
  end.receive(hello({ min: 1, max: 1 }));
  await vi.waitFor(() => expect(page.far.isReached).toBe(false));
  expect(JSON.parse(said[0]!)).toMatchObject({
    type: 'welcome',
    program: '9',
    kernels: [{ state: { kernelId: 'k' } }],
  });
  expect(JSON.stringify(said)).not.toContain('of the kernel');
  process.say(printed(10));
  expect(client.listener.messages).toEqual([]);
});

test('[K2] a server that is not understood is let go of, and the kernel does not notice', async () => {
  const page = await open();
  const { process } = await page.launchReady();
  const closed = vi.fn();
  const end = page.host.join({ waitingBytes: 0, write: () => undefined, close: closed });
  end.receive(Uint8Array.of(255, 255, 255, 255, 1));
  expect(closed).toHaveBeenCalled();
  expect(process.isEnded).toBe(false);
});

test('[V1] a server of another version is told so', async () => {
  const page = await open();
  const said: Buffer[] = [];
  const end = page.host.join({
    waitingBytes: 0,
    write: (pieces) => said.push(...pieces.map((piece) => Buffer.from(piece).subarray(5))),
    close: () => undefined,
  });
  end.receive(hello({ min: 7, max: 9 }));
  expect(JSON.parse(said[0]!.toString())).toMatchObject({ type: 'unwelcome', protocols: { min: 1, max: 1 } });
});

test('[HL3] what a page left is handed over by another, which hosts nothing and is empty then', async () => {
  const spool = new MemorySpool();
  const page = await open(spool);
  const { client, process } = await page.launchReady();
  await page.cut();
  process.say(printed(10));
  await vi.waitFor(() => expect(spool.bytes).toBeGreaterThan(0));
  const next = await page.leave();
  expect(process.isEnded).toBe(true);
  await client.listener.untilLifecycle('gave-up');
  expect(typesOf(client)).toEqual(['stream']);
  expect(client.listener.lifecycles).toMatchObject([
    { kind: 'died', exit: { explanation: expect.stringContaining('was closed or reloaded') as string } },
    { kind: 'gave-up' },
  ]);
  await vi.waitFor(() => expect(next.emptied).toBe(1));
  expect(await spool.kernels()).toEqual([]);
  expect(page.far.count).toBe(0);
  await expect(page.launch('another')).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
});

test('[N2] what a kernel cannot be sent is refused, and what follows is taken', async () => {
  const page = await open();
  const refused: string[] = [];
  const kernel = await page.far.launch(farLaunch('k'), {
    message: () => undefined,
    lifecycle: () => undefined,
    refused: (_message, { code }) => void refused.push(code),
  });
  page.processes.last.ready();
  await kernel.ready();
  const header = { msg_id: '', msg_type: '', session: '' };
  const frames = ['no JSON', '{}', '{}', '{}'].map((part) => Buffer.from(part));
  kernel.send({ channel: 'shell', header, parentHeader: null, frames });
  const request = executeRequest('s');
  kernel.send(request);
  await vi.waitFor(() => expect(page.processes.last.received).toEqual([request.header.msg_id]));
  expect(refused).toEqual(['KERNEL_MESSAGE_INVALID']);
});

test('[M4] what waits for a kernel that loads is bounded', () => {
  const held = new HeldMessages();
  const message = { ...hostedMessage('shell', 'execute_request'), content: 'x'.repeat(30_000_000) };
  held.add({ message, messageId: '1' });
  held.add({ message, messageId: '2' });
  expect(() => held.add({ message, messageId: '3' })).toThrow(HostedError);
  expect(held.ids).toEqual(['1', '2']);
});
