import { describe, expect, it } from 'vitest';
import { VERSION } from '../../version.ts';
import { lifetimeFindings } from './lifetime-findings.ts';
import { statusFindings } from './supervisor-findings.ts';
import type { Surroundings } from './surroundings.ts';
import { readSurroundings, unitIn } from './surroundings.ts';

const nothing: Surroundings = {
  unit: null,
  killMode: null,
  killUserProcesses: null,
  lingers: null,
  socketsInRunUser: false,
  isContainer: false,
  firstProcess: 'systemd',
  isUnderHub: false,
};
const found = (here: Partial<Surroundings>): string[] =>
  lifetimeFindings({ ...nothing, ...here }).map(({ state, what }) => `${state}: ${what}`);

describe('I4: what ends kernels together with the server', () => {
  it.each([
    [{}, 'well: nothing is known'],
    [
      { unit: 'in.service', killMode: 'control-group' },
      'unusual: systemd ends kernels together with in.service',
    ],
    [{ unit: 'in.service', killMode: 'process' }, 'well: in.service has KillMode=process'],
    [
      { unit: 'session-3.scope', killUserProcesses: true },
      'unusual: systemd ends all processes of this login',
    ],
    [{ lingers: false, socketsInRunUser: true }, 'unusual: logging out removes'],
    [{ lingers: true, socketsInRunUser: true }, 'well: nothing is known'],
    [
      { isContainer: true, firstProcess: 'node' },
      'unusual: this is a container: kernels end when its first process (node)',
    ],
    [{ isUnderHub: true }, 'unusual: this runs under JupyterHub'],
  ])('%j', (here, expected) => {
    expect(found(here)).toEqual([expect.stringContaining(expected)]);
  });

  it('is asked of the unit that a process is in', () => {
    expect(unitIn('0::/system.slice/in-the-loop.service\n')).toBe('in-the-loop.service');
    expect(unitIn('0::/user.slice/user-1000.slice/user@1000.service/app.slice/itl.service\n')).toBe(
      'itl.service',
    );
    expect(unitIn('0::/user.slice/user-1000.slice/session-3.scope\n')).toBe('session-3.scope');
    expect(unitIn('1:name=systemd:/docker/abc\n')).toBeNull();
  });

  it('can be asked on any machine', async () => {
    const here = await readSurroundings(process.pid, { JUPYTERHUB_API_TOKEN: 'x' });
    expect(lifetimeFindings(here).map(({ what }) => what)).toContainEqual(
      expect.stringContaining('JupyterHub'),
    );
  });
});

it('says of a supervisor what it holds, its version, and what waits', () => {
  const kernel = { kernelId: 'k', name: 'python3', connectionFile: null, pausedFor: null, beats: null };
  const findings = statusFindings({
    program: '0.0.1',
    protocol: 1,
    pid: 42,
    residentBytes: 50 * 1024 * 1024,
    hasOwner: false,
    terminals: 1,
    kernels: [
      { ...kernel, pid: 7, isOver: false, spoolBytes: 3 * 1024 * 1024, unacknowledged: 12, beats: true },
      { ...kernel, pid: 8, isOver: false, spoolBytes: 0, unacknowledged: 0, beats: false },
      { ...kernel, pid: 9, isOver: false, spoolBytes: 0, unacknowledged: 0, pausedFor: 'disk-full' },
      { ...kernel, pid: null, isOver: true, spoolBytes: 0, unacknowledged: 0 },
    ],
  });
  expect(findings.map(({ what }) => what)).toEqual([
    'process 42 holds 3 kernels, 1 terminal; no server is connected; it takes 50 MB',
    `it is of version 0.0.1, and this is ${VERSION}`,
    'kernel k (python3), process 7: 12 of its messages (3.0 MB) wait to be recorded',
    'kernel k (python3), process 8: all that it said is in the log; its heartbeat does not answer',
    'kernel k (python3), process 9: all that it said is in the log; it stands still, for the disk takes no more',
    'kernel k (python3), has ended: all that it said is in the log',
  ]);
});
