import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeTerminalHost } from '../../test/contract/terminal-host-contract.ts';
import { FakePty } from '../../test/doubles/fake-pty.ts';
import { LocalTerminals } from './local-terminals.ts';

describeTerminalHost('terminals of this process', (deps) =>
  Promise.resolve({
    host: new LocalTerminals(deps),
    settle: () => new Promise<void>((resolve) => setImmediate(resolve)),
  }),
);

describe('the end of a terminal', () => {
  const request = { name: null, command: ['sh'], cwd: '/', environment: {} };
  let pty: FakePty;
  let host: LocalTerminals;
  beforeEach(() => {
    vi.useFakeTimers();
    pty = new FakePty();
    host = new LocalTerminals({ spawn: () => pty });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('Y6: comes by force where it must, also to a program that waits for a slow viewer', async () => {
    pty.endedBy = 'SIGKILL';
    const terminal = await host.open(request);
    terminal.view({ replay: vi.fn(), output: vi.fn(), inputTaken: vi.fn(), ended: vi.fn() });
    pty.print('x'.repeat(2 ** 21));
    expect(pty.isPaused).toBe(true);
    const ended = terminal.terminate();
    expect(pty.isPaused).toBe(false);
    await vi.advanceTimersByTimeAsync(500);
    await ended;
    expect(pty.signals).toEqual(['SIGHUP', 'SIGCONT', 'SIGINT', 'SIGTERM', 'SIGKILL']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not waited for without end', async () => {
    pty.endedBy = undefined;
    const terminal = await host.open(request);
    const ended = terminal.terminate();
    await vi.advanceTimersByTimeAsync(2_500);
    await ended;
  });

  test('Y6: comes to all with the host, which opens none after', async () => {
    await host.open(request);
    await host.close();
    await host.close();
    expect(pty.signals).toEqual(['SIGHUP']);
    await expect(host.open(request)).rejects.toMatchObject({ code: 'TERMINAL_HOST_LOST' });
  });
});

test('Y3: a viewer that comes back goes on where it was, if that is still kept', async () => {
  const pty = new FakePty();
  const host = new LocalTerminals({ spawn: () => pty });
  const terminal = await host.open({ name: null, command: ['sh'], cwd: '/', environment: {} });
  const heard: unknown[] = [];
  const viewer = {
    replay: (printed: string, isWhole: boolean) => heard.push(['replay', printed.length, isWhole]),
    output: (printed: string) => heard.push(['output', printed]),
    inputTaken: vi.fn(),
    ended: vi.fn(),
  };
  pty.print('12345');
  terminal.view(viewer, 3);
  terminal.view(viewer, 5);
  terminal.view(viewer, 6);
  pty.print('x'.repeat(2 ** 19));
  heard.splice(3);
  terminal.view(viewer, 4);
  expect(heard).toEqual([
    ['output', '45'],
    ['replay', 5, true],
    ['output', 'x'.repeat(2 ** 19)],
    ['replay', 2 ** 19, false],
  ]);
});
