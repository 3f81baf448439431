import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../../event-log/event.ts';
import type { AfterFailure, CommitItem } from './group-commit.ts';
import { GroupCommit } from './group-commit.ts';

interface Item extends CommitItem {
  readonly name: string;
}
const event = (id: string): NewEvent => ({
  type: 'kernel-interrupted',
  version: 1,
  data: { kernelId: id },
  actor: 'a',
  causedBy: null,
  frames: [],
});
const item = (name: string, size = 1): Item => ({ name, size, event: event(name) });
const plain = (name: string, size = 1): Item => ({ name, size, event: null });

/** A commit whose appends the test lets through, or refuses, one by one. */
function commit(after: (error: unknown) => AfterFailure = () => 'never') {
  const appends: { names: string[]; done(): void; refuse(error: Error): void }[] = [];
  const committed: { names: string[]; last: number | null }[] = [];
  const failed: string[][] = [];
  let sequence = 0;
  const group = new GroupCommit<Item>({
    append: (events) =>
      new Promise((resolve, reject) =>
        appends.push({
          names: events.map(({ data }) => (data as { kernelId: string }).kernelId),
          done: () => resolve((sequence += events.length)),
          refuse: reject,
        }),
      ),
    committed: (items, last) => committed.push({ names: items.map(({ name }) => name), last }),
    failed: (items, error) => {
      failed.push(items.map(({ name }) => name));
      return Promise.resolve(after(error));
    },
  });
  return { group, appends, committed, failed };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a group commit', () => {
  test('I1: nothing goes on before it is appended, and what comes meanwhile is appended next, together', async () => {
    const { group, appends, committed } = commit();
    group.push(item('a'));
    group.push(item('b'));
    group.push(item('c'));
    await turn();
    expect(appends.map(({ names }) => names)).toEqual([['a']]);
    expect(committed).toEqual([]);
    appends[0]?.done();
    await turn();
    expect(committed).toEqual([{ names: ['a'], last: 1 }]);
    expect(appends[1]?.names).toEqual(['b', 'c']);
    appends[1]?.done();
    await group.settled();
    expect(committed[1]).toEqual({ names: ['b', 'c'], last: 3 });
  });

  test('what is no event goes on at once if nothing is before it, and else in its turn', async () => {
    const { group, appends, committed } = commit();
    group.push(plain('now'));
    expect(committed).toEqual([{ names: ['now'], last: null }]);
    group.push(item('a'));
    group.push(plain('later'));
    expect(committed).toHaveLength(1);
    appends[0]?.done();
    await group.settled();
    expect(committed.slice(1)).toEqual([
      { names: ['a'], last: 1 },
      { names: ['later'], last: null },
    ]);
    expect(appends).toHaveLength(1);
  });

  test('I1: what is refused does not go on; what comes after it does', async () => {
    const { group, appends, committed, failed } = commit();
    group.push(item('a'));
    group.push(item('b'));
    appends[0]?.refuse(new Error('no'));
    await turn();
    appends[1]?.done();
    await group.settled();
    expect(failed).toEqual([['a']]);
    expect(committed).toEqual([{ names: ['b'], last: 1 }]);
    expect(group.heldBytes).toBe(0);
  });

  test('what is tried again keeps its place', async () => {
    const { group, appends, committed, failed } = commit(() => 'again');
    group.push(item('a'));
    group.push(item('b'));
    for (let attempt = 0; attempt < 3; attempt++) {
      appends[attempt]?.refuse(new Error('full'));
      await turn();
    }
    appends[3]?.done();
    await turn();
    appends[4]?.done();
    await group.settled();
    expect(failed).toEqual([['a'], ['a'], ['a']]);
    expect(committed.map(({ names }) => names)).toEqual([['a'], ['b']]);
  });

  test('what cannot be appended is found by appending each by itself, and alone is given up', async () => {
    const { group, appends, committed, failed } = commit(() => 'apart');
    for (const name of ['first', 'a', 'unfit', 'b']) group.push(item(name));
    for (let next = 0; next < appends.length; next++) {
      const append = appends[next];
      if (append?.names.includes('unfit')) append.refuse(new Error('unfit'));
      else append?.done();
      await turn();
    }
    await group.settled();
    expect(committed.flatMap(({ names }) => names)).toEqual(['first', 'a', 'b']);
    expect(failed).toEqual([['a', 'unfit', 'b'], ['unfit']]);
  });

  test('I1: joined items are appended in one, with nothing between, however full the batch is', async () => {
    const { group, appends } = commit(() => 'apart');
    group.push(item('first'));
    for (let each = 0; each < 999; each++) group.push(item('single'));
    const joined = ['died', 'error', 'reply'].map((name, index) => ({ ...item(name), isJoined: index > 0 }));
    group.push(...joined);
    appends[0]?.done();
    await turn();
    expect(appends[1]?.names.slice(-3)).toEqual(['died', 'error', 'reply']);
    appends[1]?.refuse(new Error('unfit'));
    for (let next = 2; next < 1001; next++) {
      await turn();
      appends[next]?.done();
    }
    await turn();
    expect(appends.at(-1)?.names).toEqual(['died', 'error', 'reply']);
  });

  test('counts what is held, and takes no more than some megabytes or a thousand items at once', async () => {
    const { group, appends } = commit();
    group.push(item('first', 10));
    for (let each = 0; each < 1500; each++) group.push(item(`small ${each}`, 1));
    for (let each = 0; each < 3; each++) group.push(item(`big ${each}`, 3 * 1024 * 1024));
    expect(group.heldBytes).toBe(10 + 1500 + 9 * 1024 * 1024);
    for (let next = 0; next < appends.length; next++) {
      appends[next]?.done();
      await turn();
    }
    expect(appends.map(({ names }) => names.length)).toEqual([1, 1000, 501, 1, 1]);
    expect(group.heldBytes).toBe(0);
  });

  test('one item that is larger than a batch goes alone', async () => {
    const { group, appends } = commit();
    group.push(item('first'));
    group.push(item('huge', 100 * 1024 * 1024));
    group.push(item('next'));
    for (let next = 0; next < appends.length; next++) {
      appends[next]?.done();
      await turn();
    }
    expect(appends.map(({ names }) => names)).toEqual([['first'], ['huge'], ['next']]);
  });

  test('I1: order is kept and sequences are right, however pushes, appends and refusals interleave', async () => {
    const step = fc.constantFrom('event', 'plain', 'done', 'refuse' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { group, appends, committed, failed } = commit();
        const pushed: string[] = [];
        let answered = 0;
        const answer = (how: 'done' | 'refuse'): void => {
          const append = appends[answered];
          if (append === undefined) return;
          answered += 1;
          if (how === 'done') append.done();
          else append.refuse(new Error('no'));
        };
        for (const [index, kind] of steps.entries()) {
          if (kind === 'done' || kind === 'refuse') answer(kind);
          else {
            pushed.push(`${kind} ${index}`);
            group.push(kind === 'event' ? item(`event ${index}`) : plain(`plain ${index}`));
          }
          if (index % 3 === 0) await turn();
        }
        await turn();
        while (answered < appends.length) {
          answer('done');
          await turn();
        }
        await group.settled();
        const lost = new Set(failed.flat());
        expect(committed.flatMap(({ names }) => names)).toEqual(pushed.filter((name) => !lost.has(name)));
        let count = 0;
        for (const { names, last } of committed) {
          const events = names.filter((name) => name.startsWith('event')).length;
          count += events;
          expect(last).toBe(events === 0 ? null : count);
        }
      }),
      { numRuns: 50 },
    );
  });
});
