import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FarMachine, farLaunch } from '../../test/doubles/far-machine.ts';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import type { KernelLifecycleEvent } from '../kernel.ts';
import { encodeEntries, sizeEntry } from '../supervisor/link/entry-record.ts';
import type { EntryBody } from '../supervisor/link/entry.ts';
import { encodeFrame, encodeJson } from '../supervisor/link/frame.ts';
import { FRAME_TYPES } from '../hosted/codec/frame.ts';
import type { SupervisedKernel } from '../supervisor/kernel-supervisor.ts';
import { FarSupervisor, type FarSupervisorOptions } from './far-supervisor.ts';

let machine: FarMachine;
let folder: string;
let logged: string[];
const opened: FarSupervisor[] = [];

beforeEach(() => {
  machine = new FarMachine();
  folder = mkdtempSync(join(tmpdir(), 'far-records-'));
  logged = [];
});
afterEach(async () => {
  for (const far of opened.splice(0)) await far.close();
  machine.remove();
  rmSync(folder, { recursive: true, force: true });
});

function open(more: Partial<FarSupervisorOptions> = {}): FarSupervisor {
  const note = (fields: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: () => undefined, info: () => undefined, warn: note };
  machine.log = log;
  const far = new FarSupervisor({ folder, title: 'There', log, connect: machine.connect, ...more });
  opened.push(far);
  return far;
}

async function reachAgain(far: FarSupervisor): Promise<void> {
  await vi.waitFor(() => expect(far.isReached).toBe(false));
  await far.reach();
}

/** What a server would have recorded. */
class Recorder {
  readonly texts: string[] = [];
  readonly positions: number[] = [];
  readonly events: KernelLifecycleEvent[] = [];
  kernel: SupervisedKernel | null = null;
  #acknowledges = true;

  async launch(far: FarSupervisor, kernelId = 'k'): Promise<this> {
    await far.reach();
    this.kernel = await far.launch(farLaunch(kernelId), this.listener);
    return this;
  }

  adopt(far: FarSupervisor, kernelId = 'k'): this {
    this.kernel = far.adopt(kernelId, this.positions.at(-1) ?? 0, this.listener);
    return this;
  }

  /** Records nothing more, as a server that is stuck. */
  stall(): void {
    this.#acknowledges = false;
  }

  get kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }

  get listener(): Parameters<FarSupervisor['launch']>[1] {
    const recorded = (position: number | null): void => {
      if (position === null) return;
      this.positions.push(position);
      if (this.#acknowledges) setImmediate(() => this.kernel?.acknowledge(position));
    };
    return {
      message: (message, position) => {
        this.texts.push((JSON.parse(Buffer.from(message.frames[3]!).toString()) as { text: string }).text);
        recorded(position);
      },
      lifecycle: (event, position) => {
        this.events.push(event);
        recorded(position);
      },
      refused: () => expect.unreachable('nothing is refused'),
    };
  }
}

const entries = (kernelId: string, position: number, ...bodies: EntryBody[]): Buffer[] => [
  encodeFrame(FRAME_TYPES.entriesOf, Buffer.from(kernelId)),
  encodeEntries(bodies.map(sizeEntry), position),
];
const printed = (text: string): EntryBody => ({
  kind: 'message',
  message: spokenMessage({ content: { name: 'stdout', text } }),
});

describe('a supervisor elsewhere', () => {
  test('[F1] holds kernels; each has a record that only its owner can read, until nothing of it is left', async () => {
    const far = open();
    const server = await new Recorder().launch(far);
    expect(readdirSync(folder)).toEqual(['k.json']);
    expect(statSync(join(folder, 'k.json')).mode & 0o777).toBe(0o600);
    machine.say('k', 'hello');
    await vi.waitFor(() => expect(server.texts).toEqual(['hello']));
    expect([server.kernel?.pid, server.kernel?.connectionFile]).toEqual([null, null]);
    await server.kernel?.shutdown();
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
    expect(machine.ended).toEqual(['k']);
  });

  test('[I4] [F1] [O3] what was said while it could not be reached comes once, also to the next server', async () => {
    const first = open();
    const server = await new Recorder().launch(first);
    machine.say('k', '1');
    await vi.waitFor(() => expect(server.texts).toEqual(['1']));
    await first.close();
    machine.say('k', '2');
    machine.isThere = false;
    const next = open();
    expect(next.found).toMatchObject([{ request: { kernelId: 'k' }, isOver: false, isAway: true }]);
    server.adopt(next);
    machine.say('k', '3');
    machine.isThere = true;
    await vi.waitFor(() => expect(server.texts).toEqual(['1', '2', '3']));
    expect(server.positions).toEqual([1, 2, 3]);
  });

  test('[F3] [N1] what is sent while it is away waits; what is asked fails, in words; people are told', async () => {
    const far = open({ patience: 20 });
    const server = await new Recorder().launch(far);
    machine.isThere = false;
    machine.cut();
    await vi.waitFor(() => expect(far.reachState.state).toBe('away'));
    expect(server.events.at(-1)).toEqual({
      kind: 'warned',
      text: 'There cannot be reached: it does not answer. The kernel goes on there: what it says is kept, and comes when it can.',
    });
    const message = spokenMessage({ channel: 'shell', type: 'execute_request' });
    server.kernel?.send(message);
    await expect(server.kernel?.interrupt()).rejects.toMatchObject({ code: 'KERNEL_SUPERVISOR_LOST' });
    await expect(far.launch(farLaunch('other'), server.listener)).rejects.toThrow('There cannot be reached');
    machine.isThere = true;
    await far.reach();
    await vi.waitFor(() => expect(machine.received.get('k')).toEqual([message.header.msg_id]));
    expect(server.events.at(-1)).toMatchObject({
      text: 'There can be reached again. What was said meanwhile was kept there.',
    });
  });

  test('[F4] what is asked to end while it is away ends when it is back, after a restart of the server too', async () => {
    const far = open({ patience: 20 });
    const server = await new Recorder().launch(far);
    machine.isThere = false;
    machine.cut();
    await vi.waitFor(() => expect(far.reachState.state).toBe('away'));
    await server.kernel?.shutdown();
    expect(() => server.kernel?.send(spokenMessage({}))).toThrow('dead');
    await far.close();
    const next = open();
    expect(next.found).toEqual([]);
    machine.isThere = true;
    await vi.waitFor(() => expect(machine.ended).toEqual(['k']));
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
  });

  test('[F5] a kernel that it does not know any more is over, and that is explained', async () => {
    const far = open();
    const server = await new Recorder().launch(far);
    machine.startAnew();
    await reachAgain(far);
    await vi.waitFor(() => expect(server.kinds).toEqual(['died', 'gave-up']));
    expect(JSON.stringify(server.events[0])).toContain('the machine was started anew');
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
  });

  test.each([
    [true, ['k']],
    [false, []],
  ])(
    '[BR6] a kernel there that is not recorded is ended if nobody else has kernels there (%s)',
    async (isOursAlone, ended) => {
      const first = open();
      await new Recorder().launch(first);
      await first.close();
      rmSync(join(folder, 'k.json'));
      const next = open({ isOursAlone });
      await new Recorder().launch(next, 'other');
      await vi.waitFor(() => expect(machine.ended).toEqual(ended));
      expect(readdirSync(folder)).toEqual(['other.json']);
    },
  );

  test('[BR6] but not one whose record cannot be read', async () => {
    const first = open();
    await new Recorder().launch(first);
    await first.close();
    writeFileSync(join(folder, 'k.json'), '{');
    const next = open({ isOursAlone: true });
    await new Recorder().launch(next, 'other');
    expect(machine.ended).toEqual([]);
  });

  test('[F5] a kernel that is gone when its server comes is adopted, and over', async () => {
    const first = open();
    const server = await new Recorder().launch(first);
    await first.close();
    machine.startAnew();
    const next = open();
    await next.reach();
    server.adopt(next);
    await vi.waitFor(() => expect(server.kinds).toEqual(['died', 'gave-up']));
    await expect(server.kernel?.handedOver()).resolves.toBeNull();
  });
});

describe('a supervisor elsewhere that lies', () => {
  test('[F2] about kernels that it was not asked to start is not heard, and no other kernel notices', async () => {
    const far = open();
    const server = await new Recorder().launch(far);
    machine.inject(...entries('another', 1, printed('of another')));
    await reachAgain(far);
    machine.say('k', 'still here');
    await vi.waitFor(() => expect(server.texts).toEqual(['still here']));
    expect(logged.join()).toContain('it speaks for a kernel that it was not asked for');
    expect(far.found).toEqual([]);
  });

  test('[F2] about positions doubles nothing', async () => {
    const far = open();
    const server = await new Recorder().launch(far);
    machine.say('k', 'a');
    await vi.waitFor(() => expect(server.texts).toEqual(['a']));
    machine.inject(...entries('k', 1, printed('a again')));
    await vi.waitFor(() => expect(logged.join()).toContain('position 1 comes after 1'));
    await far.reach();
    machine.say('k', 'b');
    await vi.waitFor(() => expect(server.texts).toEqual(['a', 'b']));
    expect(server.kinds).toEqual([]);
  });

  test('[F2] and skips positions is asked for them again; what never comes is a recorded gap', async () => {
    const far = open();
    const server = await new Recorder().launch(far);
    machine.inject(...entries('k', 3, printed('third')));
    await vi.waitFor(() => expect(logged.join()).toContain('position 3 comes after 0'));
    await far.reach();
    expect(server.positions).toEqual([]);
    machine.inject(...entries('k', 3, printed('third')));
    await vi.waitFor(() => expect(server.texts).toEqual(['third']));
    expect(server.positions).toEqual([2, 3]);
    expect(server.events).toMatchObject([
      { kind: 'reattached', why: '2 messages of this kernel never came.' },
    ]);
  });

  test('[F2] [I5] and sends more than was asked for is not listened to', async () => {
    const far = open();
    const server = await new Recorder().launch(far);
    server.stall();
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let position = 1; position <= 40; position++)
      machine.inject(...entries('k', position, printed(megabyte)));
    await vi.waitFor(() => expect(logged.join()).toContain('more than a window holds'));
    expect(server.texts.length).toBeLessThan(34);
  });

  test.each([
    ['garbage', () => Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello there, this is no supervisor')],
    ['JSON that is none', () => encodeFrame(FRAME_TYPES.json, Buffer.from('{'))],
    ['frames of terminals', () => encodeFrame(FRAME_TYPES.terminal, Buffer.from('{}'))],
    ['a second welcome', () => encodeJson({ type: 'welcome', protocol: 1 })],
  ])('[F2] and says %s is connected to anew, and nothing is lost', async (_what, frame) => {
    const far = open();
    const server = await new Recorder().launch(far);
    machine.inject(frame());
    machine.say('k', 'after it');
    await reachAgain(far);
    await vi.waitFor(() => expect(server.texts).toEqual(['after it']));
    expect(machine.connections).toBe(2);
  });
});
