import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { describeTerminalHost, RecordingViewer } from '../../../test/contract/terminal-host-contract.ts';
import { FakePty } from '../../../test/doubles/fake-pty.ts';
import { LocalTerminals } from '../../terminals/local-terminals.ts';
import type { SpawnPty } from '../../terminals/pty-process.ts';
import type { FrameReader } from '../../hosted/codec/frame-reader.ts';
import { frameReader } from '../link/frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import { SupervisedTerminals } from './supervised-terminals.ts';
import { TerminalService } from './terminal-service.ts';

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn() };
const REQUEST = { name: null, command: ['sh'], cwd: '/', environment: {} };

/** A supervisor's terminals and a server's, with a connection between them that a test breaks and makes again. */
class LinkedTerminals {
  local: LocalTerminals;
  readonly supervised: SupervisedTerminals;
  readonly #deps: { spawn: SpawnPty; now: () => number };
  #service: TerminalService | null = null;
  #underWay: (() => void)[] = [];

  constructor(deps: { spawn: SpawnPty; now: () => number }) {
    this.#deps = deps;
    this.local = new LocalTerminals(deps);
    this.supervised = new SupervisedTerminals(deps);
  }

  connect(): void {
    const toServer = frameReader((type, payload) => this.supervised.receive(type, payload));
    const toSupervisor = frameReader((type, payload) => this.#service?.receive(type, payload));
    const send =
      (reader: FrameReader<Buffer>) =>
      (frame: Buffer): void => {
        this.#underWay.push(() => reader.push(frame));
        setImmediate(() => this.flush());
      };
    this.#service = new TerminalService(this.local, log, send(toServer));
    this.supervised.connected(send(toSupervisor), this.#service.running());
  }

  /** What is under way never arrives. */
  break(): void {
    this.#underWay = [];
    this.#service?.close();
    this.#service = null;
    this.supervised.disconnected();
  }

  /** The supervisor ends, and its terminals with it; another is there without any. */
  replaceSupervisor(): void {
    this.break();
    this.local = new LocalTerminals(this.#deps);
    this.connect();
  }

  flush(): void {
    for (let next = this.#underWay.shift(); next !== undefined; next = this.#underWay.shift()) next();
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.flush();
  }
}

describeTerminalHost('terminals of the supervisor', (deps) => {
  const linked = new LinkedTerminals(deps);
  linked.connect();
  return Promise.resolve({ host: linked.supervised, settle: () => linked.settle() });
});

describe('a connection that breaks', () => {
  let ptys: FakePty[];
  let linked: LinkedTerminals;
  beforeEach(() => {
    ptys = [];
    const spawn: SpawnPty = (settings) => {
      ptys.push(new FakePty(settings));
      return ptys.at(-1) as FakePty;
    };
    linked = new LinkedTerminals({ spawn, now: () => 1_000 });
    linked.connect();
  });

  test('Y3: whatever is printed, taken and broken: a viewer sees all of it, once', async () => {
    const step = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => ({ do: 'print' as const, text })),
      fc.constantFrom('flush', 'break', 'connect', 'look').map((what) => ({ do: what, text: '' })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        linked.break();
        linked.connect();
        const terminal = await linked.supervised.open(REQUEST);
        const pty = ptys.at(-1) as FakePty;
        const viewers: RecordingViewer[] = [];
        let all = '';
        for (const { do: what, text } of steps) {
          if (what === 'print') {
            pty.print(text);
            all += text;
          } else if (what === 'flush') linked.flush();
          else if (what === 'break') linked.break();
          else if (what === 'connect') {
            linked.break();
            linked.connect();
          } else {
            viewers.push(new RecordingViewer());
            terminal.view(viewers.at(-1) as RecordingViewer);
          }
        }
        linked.break();
        linked.connect();
        await linked.settle();
        for (const { screen } of viewers) expect(screen).toBe(all);
        for (const { heard } of viewers) expect(heard.slice(1)).not.toContain('replay whole');
      }),
    );
  });

  test('Y3: a viewer that missed more than is kept is shown the end of it anew', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    const viewer = new RecordingViewer();
    terminal.view(viewer);
    await linked.settle();
    ptys[0]?.print('before');
    await linked.settle();
    linked.break();
    for (let i = 0; i < 9; i++) ptys[0]?.print('x'.repeat(2 ** 16));
    linked.connect();
    await linked.settle();
    expect(viewer.heard).toEqual(['output', 'replay end']);
    expect(viewer.screen).toBe('x'.repeat(2 ** 19));
  });

  test('Y4, Y5, I4: makes no program wait, and its size and what was typed meanwhile come with the next', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    const viewer = new RecordingViewer();
    const view = terminal.view(viewer);
    await linked.settle();
    ptys[0]?.print('x'.repeat(2 ** 21));
    await linked.settle();
    expect(ptys[0]?.isPaused).toBe(true);
    linked.break();
    expect(ptys[0]?.isPaused).toBe(false);
    view.write('typed ');
    view.write('meanwhile');
    terminal.resize({ rows: 20, columns: 61 });
    expect(view.pendingInput).toBe(15);
    linked.connect();
    await linked.settle();
    expect(ptys[0]?.typed).toEqual(['typed ', 'meanwhile']);
    expect(ptys[0]?.sizes).toEqual([[61, 20]]);
    // What came by the old connection is no part of the new one's account.
    view.taken(2 ** 21);
    ptys[0]?.print('x'.repeat(2 ** 20 + 1));
    expect(ptys[0]?.isPaused).toBe(true);
  });

  test('a terminal that cannot take what was typed is told to the operator, and the connection stays', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    const view = terminal.view(new RecordingViewer());
    (ptys[0] as FakePty).write = () => {
      throw new Error('EBADF');
    };
    view.write('x');
    await linked.settle();
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect((await linked.supervised.open(REQUEST)).name).toBe('2');
  });

  test('a view closed meanwhile stays closed', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    const viewer = new RecordingViewer();
    const view = terminal.view(viewer);
    await linked.settle();
    linked.break();
    view.close();
    linked.connect();
    await linked.settle();
    ptys[0]?.print('x');
    await linked.settle();
    expect(viewer.heard).toEqual([]);
  });

  test('Y6: a terminal that ended meanwhile is told as ended', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    const viewer = new RecordingViewer();
    terminal.view(viewer);
    await linked.settle();
    linked.break();
    ptys[0]?.exit();
    await linked.settle();
    linked.connect();
    await terminal.exited;
    expect(viewer.ended).toHaveBeenCalledTimes(1);
    expect(linked.supervised.list()).toEqual([]);
  });

  test('for ever: all terminals are over, and none can be opened', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    linked.supervised.lost();
    await terminal.exited;
    expect(linked.supervised.list()).toEqual([]);
    await expect(linked.supervised.open(REQUEST)).rejects.toMatchObject({ code: 'TERMINAL_HOST_LOST' });
  });

  test('Y6: to a supervisor that was replaced: its terminals are over, and new ones open', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    linked.replaceSupervisor();
    await terminal.exited;
    const next = await linked.supervised.open(REQUEST);
    expect(next).not.toBe(terminal);
    expect(linked.supervised.list()).toEqual([next]);
  });

  test('what was asked and not answered is refused', async () => {
    const terminal = await linked.supervised.open(REQUEST);
    const [opening, ending] = [linked.supervised.open(REQUEST), terminal.terminate()];
    linked.break();
    for (const asked of [opening, ending])
      await expect(asked).rejects.toMatchObject({ code: 'TERMINAL_HOST_LOST' });
  });

  test('a server that comes anew finds the terminals, with all that was printed', async () => {
    await linked.supervised.open(REQUEST);
    ptys[0]?.print('before ');
    linked.break();
    ptys[0]?.print('meanwhile');
    const next = new SupervisedTerminals();
    const frames: Buffer[] = [];
    const service = new TerminalService(linked.local, log, (frame) => frames.push(frame));
    const deliver = (): void => {
      const reader = frameReader((type, payload) => next.receive(type, payload));
      for (const frame of frames.splice(0)) reader.push(frame);
    };
    const receive = frameReader((type, payload) => service.receive(type, payload));
    next.connected((frame) => receive.push(frame), service.running());
    expect(next.list().map(({ name }) => name)).toEqual(['1']);
    const viewer = new RecordingViewer();
    next.list()[0]?.view(viewer);
    deliver();
    expect(viewer.heard).toEqual(['replay whole']);
    expect(viewer.screen).toBe('before meanwhile');
  });
});

describe('frames that are none', () => {
  const service = new TerminalService(
    new LocalTerminals({ spawn: () => new FakePty() }),
    log,
    () => undefined,
  );
  const supervised = new SupervisedTerminals();
  test.each(['', 'x', '[]', '{}', '{"type":5}'])('%j is refused on both sides', (text) => {
    expect(() => service.receive(5, Buffer.from(text))).toThrow(MalformedError);
    expect(() => supervised.receive(5, Buffer.from(text))).toThrow(MalformedError);
  });
  test.each([
    { type: 'open', id: 1, request: { name: 1, command: ['sh'], cwd: '/', environment: {} } },
    { type: 'open', id: 1, request: { name: null, command: 'sh', cwd: '/', environment: {} } },
    { type: 'open', id: 1, request: { name: null, command: ['sh'], cwd: '/', environment: { A: 1 } } },
    { type: 'resize', terminal: '1', size: { rows: -1, columns: 5 } },
    { type: 'view', view: 'a', terminal: '1' },
  ])('the supervisor refuses %j', (message) => {
    expect(() => service.receive(5, Buffer.from(JSON.stringify(message)))).toThrow(MalformedError);
  });
  test('a newer word is passed over, and so is what concerns nobody', () => {
    for (const end of [service, supervised]) {
      end.receive(5, Buffer.from('{"type":"a newer word"}'));
      end.receive(6, Buffer.from([0, 0, 0, 9, 0x61]));
    }
    for (const message of [
      { type: 'taken', view: 9, characters: 1 },
      { type: 'close', view: 9 },
      { type: 'view', view: 9, terminal: 'none' },
    ])
      service.receive(5, Buffer.from(JSON.stringify(message)));
    supervised.receive(5, Buffer.from('{"type":"ended","terminal":"none"}'));
  });
  test('a text without a view is refused', () => {
    expect(() => service.receive(6, Buffer.from('x'))).toThrow(MalformedError);
  });
});
