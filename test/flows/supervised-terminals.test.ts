import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { SupervisorClient } from '../../kernel-bridge/supervisor/supervisor-client.ts';
import { RecordingViewer } from '../contract/terminal-host-contract.ts';

const PROGRAM = join(...[import.meta.dirname, '..', '..', 'dist', 'kernel-bridge', 'supervisor', 'main.js']);
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };

describe('terminals of a supervisor in a process of its own', () => {
  let folder: string;
  let supervisor: SupervisorClient;
  const connect = (programVersion = '1'): Promise<SupervisorClient> =>
    connectSupervisor({
      stateDirectory: join(folder, 'state'),
      socketFolder: folder,
      programVersion,
      program: PROGRAM,
      log,
    });
  const request = (script: string) => ({
    name: null,
    command: ['sh', '-c', script],
    cwd: folder,
    environment: { PATH: process.env['PATH'] ?? '' },
  });
  const until = (viewer: RecordingViewer, text: string): Promise<void> =>
    vi.waitFor(() => expect(viewer.screen).toContain(text), { timeout: 20_000, interval: 10 });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'terminals-'));
    supervisor = await connect();
  });
  afterEach(async () => {
    await supervisor.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('I4: go on while there is no server, and show the next one all that was printed, once', async () => {
    await supervisor.terminals.open(
      request('i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo "line $i;"; sleep 0.01; done; cat'),
    );
    await supervisor.close();
    // Not replaced by one of another version, although it has no kernels.
    supervisor = await connect('2');
    const viewer = new RecordingViewer();
    const view = supervisor.terminals.list()[0]?.view(viewer);
    await until(viewer, 'line 100;');
    view?.write('typed\r');
    await until(viewer, 'typed\r\ntyped');
    const lines = [...viewer.screen.matchAll(/line (\d+);/g)].map(([, number]) => Number(number));
    expect(lines).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('I5: one that prints without end fills no memory and keeps no other from being heard', async () => {
    const flood = await supervisor.terminals.open(request('yes "$(seq 1 200 | tr "\\n" " ")"'));
    const [stuck, other] = [new RecordingViewer(), new RecordingViewer()];
    const stuckView = flood.view(stuck);
    await vi.waitFor(() => expect(stuck.screen.length).toBeGreaterThan(2 ** 20), { timeout: 20_000 });
    const quiet = await supervisor.terminals.open(request('cat'));
    const view = quiet.view(other);
    view.write('still there?\r');
    await until(other, 'still there?\r\nstill there?');
    // What is under way when it is made to wait: a few reads of the pseudo-terminal.
    expect(stuck.screen.length).toBeLessThan(2 ** 21);
    stuckView.close();
    await flood.terminate();
    expect(supervisor.terminals.list()).toEqual([quiet]);
  });

  test('are told as ended when the supervisor is killed, and can be opened anew', async () => {
    const terminal = await supervisor.terminals.open(request('echo $PPID; cat'));
    const viewer = new RecordingViewer();
    terminal.view(viewer);
    await until(viewer, '\r\n');
    process.kill(Number(viewer.screen.trim()), 'SIGKILL');
    await terminal.exited;
    expect(viewer.ended).toHaveBeenCalledTimes(1);
    expect(supervisor.terminals.list()).toEqual([]);
    const next = await supervisor.terminals.open(request('cat'));
    expect(next.name).toBe('1');
  });
});
