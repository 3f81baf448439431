import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LinkSocket } from '../../kernel-bridge/agent/link-socket.ts';
import { chooseHost } from '../../kernel-bridge/browser/choose-host.ts';
import { farLaunch } from '../../test/doubles/far-machine.ts';
import { ALICE } from '../../test/doubles/stream-under-test.ts';
import { authorizeSignedIn, type Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { HostHello } from '../wire/browser-runtime.ts';
import { BrowserHosts } from './browser-hosts.ts';
import { writeHost } from './host-file.ts';
import { hashOf, type PageHost } from './page-host.ts';

const DAY = 24 * 60 * 60_000;
const BOB: Identity = { ...ALICE, username: 'bob' };
const SECRET = 'a secret that is long enough';
let directory: string;
let mayRun: boolean;
const opened: BrowserHosts[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'browser-hosts-'));
  mayRun = true;
});
afterEach(async () => {
  for (const hosts of opened.splice(0)) {
    hosts.close();
    await Promise.all(hosts.all().map(({ supervisor }) => supervisor.close()));
  }
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

function open(most = { ofOne: 2, ofAll: 3 }): BrowserHosts {
  const authorize: Authorize = (...asked) => {
    if (!mayRun) throw new HttpError(403, 'Viewing only');
    authorizeSignedIn(...asked);
  };
  const hosts = new BrowserHosts({
    ...{ directory, programVersion: '1', authorize, most },
    logger: pino({ level: 'silent' }),
  });
  opened.push(hosts);
  return hosts;
}

/** A websocket on which nobody speaks the link. */
const socket = (): LinkSocket =>
  ({ say: () => undefined, close: () => undefined, join: () => undefined }) as unknown as LinkSocket;

const hello = (hostId: string, more: Partial<HostHello> = {}): HostHello => ({
  ...{ type: 'host', protocol: 1, title: 'Firefox', isLeft: false },
  ...{ hostId, secret: SECRET, ...more },
});

function arrive(
  hosts: BrowserHosts,
  hostId: string,
  person = ALICE,
  more: Partial<HostHello> = {},
): { readonly told: string; readonly host: PageHost | null; leave(): void } {
  const link = socket();
  const { answer, host } = hosts.arrived(hello(hostId, more), person, link);
  return {
    told: answer.type === 'refused' ? answer.reason : answer.type,
    host,
    leave: () => void (host && hosts.closed(host, link)),
  };
}

/** As an earlier server wrote it down: with a kernel. */
function written(id: string, lastSeen: number): void {
  const folder = join(directory, id);
  const record = { id, person: 'alice', secretHash: hashOf(SECRET), title: 'Firefox', hasLeft: false };
  writeHost(folder, { ...record, lastSeen });
  mkdirSync(join(folder, 'kernels'));
  const launch = { ...farLaunch('k'), sessionPath: 'a.ipynb' };
  writeFileSync(join(folder, 'kernels', 'k.json'), JSON.stringify({ launch, isEnding: false }));
}

describe('pages that run kernels', () => {
  test('are as many as may be, of one person and of all; one without kernels that goes makes room', () => {
    const hosts = open();
    const first = arrive(hosts, 'alice-one');
    expect(arrive(hosts, 'alice-two').told).toBe('accepted');
    expect(arrive(hosts, 'alice-three').told).toBe('not-now');
    expect(arrive(hosts, 'bobs-one', BOB).told).toBe('accepted');
    expect(arrive(hosts, 'bobs-two', BOB).told).toBe('not-now');
    first.leave();
    expect(arrive(hosts, 'alice-three').told).toBe('accepted');
  });

  test('[BR2] come again with their secret, as the same person; the new connection takes the place of the old one', () => {
    const hosts = open();
    const first = arrive(hosts, 'alice-one');
    expect(arrive(hosts, 'alice-one', ALICE, { secret: 'another one, long enough' }).told).toBe(
      'other-machine',
    );
    expect(arrive(hosts, 'alice-one', BOB).told).toBe('other-machine');
    const again = arrive(hosts, 'alice-one');
    first.leave();
    expect(hosts.all().map(({ isThere }) => isThere)).toEqual([true]);
    again.leave();
    expect(hosts.all()).toEqual([]);
  });

  test('[BR4] are not replaced by one that hands over while they are there', () => {
    const hosts = open();
    expect(arrive(hosts, 'alice-one', ALICE, { isLeft: true }).told).toBe('revoked');
    arrive(hosts, 'alice-one');
    expect(arrive(hosts, 'alice-one', ALICE, { isLeft: true }).told).toBe('not-now');
  });

  test('[BR4] with kernels are known to the next server, and for a week', async () => {
    vi.useFakeTimers();
    written('alice-old', Date.now() - 8 * DAY);
    written('alice-one', Date.now() - DAY);
    const hosts = open();
    await vi.advanceTimersByTimeAsync(1);
    expect(hosts.all().map(({ id }) => id)).toEqual(['alice-one']);
    expect(existsSync(join(directory, 'alice-old'))).toBe(false);
    await vi.advanceTimersByTimeAsync(5 * DAY);
    expect(hosts.all()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(hosts.all()).toEqual([]);
  });

  test('[BR4] that go away in mid-run are waited for for a moment, and what is lost then is told', async () => {
    vi.useFakeTimers();
    const left = { secret: SECRET, unshared: [], underWay: ['k'] };
    written('alice-one', Date.now());
    written('alice-two', Date.now());
    const hosts = open({ ofOne: 9, ofAll: 9 });
    const [one, two] = [arrive(hosts, 'alice-one'), arrive(hosts, 'alice-two')];
    const told = vi.spyOn(one.host as PageHost, 'abandon');
    for (const id of ['alice-one', 'alice-two']) hosts.left(id, left, ALICE);
    // What it has of its own may be seen before or after its connection ends.
    one.leave();
    two.leave();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(arrive(hosts, 'alice-two', ALICE, { isLeft: true }).told).toBe('accepted');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(hosts.all().map(({ id }) => id)).toEqual(['alice-two']);
    expect(told.mock.calls).toEqual([[expect.stringContaining('in its last moment may be missing')]]);
  });

  test('of another protocol are told to reload', () => {
    expect(arrive(open(), 'alice-one', ALICE, { protocol: 2 }).told).toBe('protocol');
  });
});

describe('[BR1] a kernel without a page that asks', () => {
  const chosen = (hosts: BrowserHosts, path: string | null): string =>
    chooseHost(hosts.all(), { person: 'alice', host: null }, path).id;

  test('goes to the page that has its notebook, or that came last', () => {
    written('alice-one', Date.now());
    const hosts = open();
    arrive(hosts, 'alice-one');
    arrive(hosts, 'alice-two');
    expect(chosen(hosts, 'a.ipynb')).toBe('alice-one');
    expect(chosen(hosts, 'b.ipynb')).toBe('alice-two');
  });

  test('I7: goes to nobody else’s, and to none of a person who may run nothing any more', () => {
    const hosts = open();
    arrive(hosts, 'bobs-one', BOB);
    expect(() => chosen(hosts, null)).toThrow(/none of yours is connected/);
    arrive(hosts, 'alice-one');
    mayRun = false;
    expect(() => chosen(hosts, null)).toThrow(/may not run kernels/);
  });
});
