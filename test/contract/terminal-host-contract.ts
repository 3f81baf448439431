import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SpawnPty } from '../../kernel-bridge/terminals/pty-process.ts';
import type {
  HostedTerminal,
  TerminalHost,
  TerminalView,
  TerminalViewer,
} from '../../kernel-bridge/terminals/terminal-host.ts';
import { FakePty } from '../doubles/fake-pty.ts';

const MIB = 1024 * 1024;
const REQUEST = { name: null, command: ['sh'], cwd: '/', environment: { PATH: '/bin' } };

export interface HostUnderTest {
  readonly host: TerminalHost;
  /** Resolves when all that was said has been heard; calls and answers may cross a connection. */
  settle(): Promise<void>;
}

/** What it saw, as one screen. */
export class RecordingViewer implements TerminalViewer {
  readonly heard: string[] = [];
  screen = '';
  readonly inputTaken = vi.fn();
  readonly ended = vi.fn();
  replay(printed: string, isWhole: boolean): void {
    this.heard.push(`replay ${isWhole ? 'whole' : 'end'}`);
    this.screen = printed;
  }
  output(printed: string): void {
    this.heard.push('output');
    this.screen += printed;
  }
}

/** What every host of terminals promises. */
export function describeTerminalHost(
  name: string,
  make: (deps: { spawn: SpawnPty; now: () => number }) => Promise<HostUnderTest>,
): void {
  describe(name, () => {
    let now: number;
    let ptys: FakePty[];
    let canLaunch: boolean;
    let under: HostUnderTest;
    let host: TerminalHost;
    beforeEach(async () => {
      now = 1_000;
      ptys = [];
      canLaunch = true;
      const spawn: SpawnPty = (settings) => {
        if (!canLaunch) throw new Error('no pseudo-terminals left');
        ptys.push(new FakePty(settings));
        return ptys.at(-1) as FakePty;
      };
      under = await make({ spawn, now: () => now });
      host = under.host;
    });
    afterEach(() => ptys.forEach((pty) => pty.exit()));

    const open = (wished: string | null = null): Promise<HostedTerminal> =>
      host.open({ ...REQUEST, name: wished });
    const names = (): string[] => host.list().map((each) => each.name);
    async function openOne(): Promise<[HostedTerminal, FakePty]> {
      const terminal = await open();
      return [terminal, ptys.at(-1) as FakePty];
    }
    async function look(terminal: HostedTerminal): Promise<[RecordingViewer, TerminalView]> {
      const viewer = new RecordingViewer();
      const view = terminal.view(viewer);
      await under.settle();
      return [viewer, view];
    }
    async function print(pty: FakePty, ...texts: string[]): Promise<void> {
      for (const text of texts) pty.print(text);
      await under.settle();
    }

    test('Y1: numbers terminals, the first free number first', async () => {
      const opened = [await open(), await open(), await open('4'), await open(), await open()];
      expect(opened.map((each) => each.name)).toEqual(['1', '2', '4', '3', '5']);
      ptys[1]?.exit();
      await opened[1]?.exited;
      await under.settle();
      expect(names()).toEqual(['1', '4', '3', '5']);
      expect((await open()).name).toBe('2');
    });

    test('Y1: gives who asks twice for one name the same terminal', async () => {
      const [first, second] = await Promise.all([open('mine'), open('mine')]);
      expect(first).toBe(second);
      expect(ptys).toHaveLength(1);
      expect(host.list()).toEqual([first]);
    });

    test('launches what it is told to', async () => {
      await open();
      expect(ptys[0]?.settings).toEqual({ command: ['sh'], cwd: '/', env: { PATH: '/bin' } });
    });

    test('says so where nothing can be launched', async () => {
      canLaunch = false;
      await expect(open()).rejects.toMatchObject({
        code: 'TERMINAL_LAUNCH_FAILED',
        message: expect.stringContaining('no pseudo-terminals left') as string,
      });
      expect(names()).toEqual([]);
    });

    test('Y2: shows everybody the same, who comes later in one piece', async () => {
      const [terminal, pty] = await openOne();
      const [first] = await look(terminal);
      expect(first.heard).toEqual([]);
      await print(pty, 'one ☃ ', 'two');
      const [second] = await look(terminal);
      await print(pty, '👩‍🔬!');
      expect(first.heard).toEqual(['output', 'output', 'output']);
      expect(second.heard).toEqual(['replay whole', 'output']);
      expect([first.screen, second.screen]).toEqual(['one ☃ two👩‍🔬!', 'one ☃ two👩‍🔬!']);
    });

    test('a closed view hears nothing more, and types nothing more', async () => {
      const [terminal, pty] = await openOne();
      const [viewer, view] = await look(terminal);
      view.close();
      view.close();
      view.write('too late');
      await print(pty, 'meanwhile');
      expect(viewer.heard).toEqual([]);
      expect(pty.typed).toEqual([]);
      const [later] = await look(terminal);
      expect(later.screen).toBe('meanwhile');
    });

    test('Y2: keeps the end of very much output for those who come later', async () => {
      const [terminal, pty] = await openOne();
      for (let i = 0; i < 100; i++) await print(pty, String(i % 10).repeat(10_000));
      const [viewer] = await look(terminal);
      expect(viewer.heard).toEqual(['replay end']);
      expect(viewer.screen).toHaveLength(520_000);
      expect(viewer.screen.at(-1)).toBe('9');
    });

    test('Y4, I5: a viewer that does not keep up makes the program wait, until it has taken most of it', async () => {
      const [terminal, pty] = await openOne();
      const [[slow, slowView], [quick, quickView]] = [await look(terminal), await look(terminal)];
      const chunk = 'x'.repeat(MIB / 4);
      for (let i = 0; i < 4; i++) {
        await print(pty, chunk);
        quickView.taken(chunk.length);
      }
      await under.settle();
      expect(pty.isPaused).toBe(false);
      await print(pty, 'x');
      expect(pty.isPaused).toBe(true);
      slowView.taken(MIB / 2);
      await under.settle();
      expect(pty.isPaused).toBe(true);
      slowView.taken(MIB / 4 + 1);
      await under.settle();
      expect(pty.isPaused).toBe(false);
      expect(slow.screen).toHaveLength(MIB + 1);
      expect(quick.screen).toHaveLength(MIB + 1);
    });

    test('Y4, I5: the program goes on when the slow viewer leaves', async () => {
      const [terminal, pty] = await openOne();
      const [, view] = await look(terminal);
      await print(pty, 'x'.repeat(2 * MIB));
      expect(pty.isPaused).toBe(true);
      view.close();
      await under.settle();
      expect(pty.isPaused).toBe(false);
    });

    test('Y5: passes on what is typed, in order, and says when much of it has been taken', async () => {
      const [terminal, pty] = await openOne();
      const [viewer, view] = await look(terminal);
      pty.pendingInput = 200_000;
      view.write('ls\r');
      view.write('☃'.repeat(200_000));
      await under.settle();
      expect(pty.typed.join('')).toBe(`ls\r${'☃'.repeat(200_000)}`);
      expect(view.pendingInput).toBeGreaterThan(199_999);
      pty.drain();
      await under.settle();
      expect(viewer.inputTaken).toHaveBeenCalled();
      expect(view.pendingInput).toBe(0);
    });

    test('changes the size', async () => {
      const [terminal, pty] = await openOne();
      terminal.resize({ rows: 20, columns: 61 });
      await under.settle();
      expect(pty.sizes).toEqual([[61, 20]]);
    });

    test('knows when something was typed or printed; looking is nothing', async () => {
      const [terminal, pty] = await openOne();
      now = 5_000;
      const [, view] = await look(terminal);
      expect(terminal.lastActivity).toBe(1_000);
      await print(pty, 'a.txt');
      expect(terminal.lastActivity).toBe(5_000);
      now = 7_000;
      view.write('ls\r');
      await under.settle();
      expect(terminal.lastActivity).toBe(7_000);
      view.close();
      now = 9_000;
      await print(pty, 'while nobody looks');
      expect(terminal.lastActivity).toBe(9_000);
    });

    test('Y6: tells everybody of the end, once, after the last output', async () => {
      const [terminal, pty] = await openOne();
      const [viewer] = await look(terminal);
      viewer.ended.mockImplementation(() => viewer.heard.push('ended'));
      pty.print('bye');
      pty.exit();
      await terminal.exited;
      await under.settle();
      expect(viewer.heard).toEqual(['output', 'ended']);
      expect(names()).toEqual([]);
      const late = new RecordingViewer();
      terminal.view(late).write('x');
      terminal.resize({ rows: 1, columns: 1 });
      await terminal.terminate();
      await under.settle();
      expect(late.ended).toHaveBeenCalledTimes(1);
    });

    test('Y6: ends a program politely', async () => {
      const [terminal, pty] = await openOne();
      await terminal.terminate();
      expect(pty.signals).toEqual(['SIGHUP']);
      await terminal.exited;
      await under.settle();
      expect(names()).toEqual([]);
    });
  });
}
