import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { quiet } from '../../test/doubles/far-machine.ts';
import { ClusterError } from './cluster-error.ts';
import { FollowedList, type ListSource } from './followed-list.ts';
import type { WatchListener } from './watch-stream.ts';

interface Thing {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}
const thing = (name: string, version: number): Thing => ({
  metadata: { name, resourceVersion: String(version) },
});

/** Answers each list and watch as the test says. */
class Server implements ListSource<Thing> {
  readonly asked: string[] = [];
  items: Thing[] = [];
  version = 1;
  listFails: ClusterError | null = null;
  #watch: { listener: WatchListener; end: (error?: Error) => void } | null = null;

  list() {
    this.asked.push('list');
    if (this.listFails !== null) return Promise.reject(this.listFails);
    return Promise.resolve({ items: this.items, resourceVersion: String(this.version) });
  }

  watch(resourceVersion: string, listener: WatchListener, signal: AbortSignal): Promise<void> {
    this.asked.push(`watch ${resourceVersion}`);
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      this.#watch = { listener, end };
      signal.addEventListener('abort', () => resolve());
      listener.opened();
    });
  }

  say(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR', object: object): void {
    this.#watch?.listener.hear({ type, object: object as Record<string, unknown> });
  }

  end(error?: Error): void {
    this.#watch?.end(error);
  }
}

let server: Server;
let heard: string[];
let following: FollowedList<Thing> | null;
beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  heard = [];
});
afterEach(() => {
  following?.close();
  vi.useRealTimers();
});

function follow(): void {
  const name = ({ metadata }: Thing): string => metadata.name;
  following = new FollowedList(
    server,
    {
      listed: (items) => void heard.push(`listed ${items.map(name).join(' ')}`),
      changed: (item) => void heard.push(`changed ${name(item)}`),
      deleted: (item) => void heard.push(`deleted ${name(item)}`),
      failed: (error) => void heard.push(error === null ? 'works' : `failed ${error.reason}`),
    },
    quiet,
    { first: 1000, last: 4000 },
  );
}
const wait = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const broken = new ClusterError(null, 'Broken', 'it broke');

describe('a list that is followed', () => {
  test('is listed once, and goes on behind what was heard when the server ends a watch', async () => {
    server.items = [thing('a', 1)];
    follow();
    await wait();
    server.say('MODIFIED', thing('a', 5));
    server.say('DELETED', thing('a', 6));
    server.say('BOOKMARK', thing('', 9));
    server.end();
    await wait(1000);
    expect(heard).toEqual(['listed a', 'changed a', 'deleted a']);
    expect(server.asked).toEqual(['list', 'watch 1', 'watch 9']);
  });

  test('after a break it goes on where it was, and tells that it was away', async () => {
    follow();
    await wait();
    server.say('ADDED', thing('a', 5));
    server.end(broken);
    await wait(1000);
    expect(heard).toEqual(['listed ', 'changed a', 'failed Broken', 'works']);
    expect(server.asked).toEqual(['list', 'watch 1', 'watch 5']);
  });

  test('is listed anew where the server knows the moment no more (410)', async () => {
    follow();
    await wait();
    server.items = [thing('b', 7)];
    server.version = 7;
    server.say('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    server.end();
    await wait();
    expect(heard).toEqual(['listed ', 'listed b']);
    expect(server.asked).toEqual(['list', 'watch 1', 'list', 'watch 7']);
  });

  test('a server that is away is tried again, each time later, or at once if somebody asks', async () => {
    server.listFails = new ClusterError(null, 'Unreachable', 'ECONNREFUSED');
    follow();
    await wait();
    for (const [milliseconds, lists] of [
      [1000, 2],
      [2000, 3],
      [4000, 4],
      [4000, 5],
    ] as const) {
      await wait(milliseconds);
      expect(server.asked).toHaveLength(lists);
    }
    server.listFails = null;
    following?.tryNow();
    await wait();
    expect(heard.slice(-2)).toEqual(['works', 'listed ']);
  });

  test('tells nothing more once it is closed', async () => {
    follow();
    await wait();
    following?.close();
    server.say('ADDED', thing('a', 5));
    await wait(10_000);
    expect(heard).toEqual(['listed ']);
    expect(server.asked).toEqual(['list', 'watch 1']);
  });
});
