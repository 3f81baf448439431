import { expect, test } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { AgentThreads, threadStream } from './agent-threads.ts';
import { storedTurnEvent } from './stored-turn-event.ts';

const person = {
  username: 'ada',
  name: 'Ada',
  display_name: 'Ada',
  initials: null,
  avatar_url: null,
  color: null,
};
const newThread = (threadId: string) => ({
  threadId,
  title: threadId,
  documentId: 'd',
  owner: 'ada',
  isPrivate: false,
});
const ended = (turnId: string) =>
  storedTurnEvent({ type: 'turn-ended', turnId, outcome: { type: 'done' } }, 'agent:ada');

test('another server knows the same threads and the same turns under way', async () => {
  const log = new MemoryEventLog();
  const threads = await AgentThreads.load(log);
  let changes = 0;
  const stop = threads.onChange(() => (changes += 1));
  await threads.create(newThread('a'), 'ada');
  await threads.create(newThread('b'), 'ben');
  await threads.create(newThread('c'), 'ben');
  await threads.change({ threadId: 'a', title: 'Plots', isPrivate: true }, 'ada');
  await threads.openTurn({ threadId: 'a', turnId: 'one', person }, [ended('never read')]);
  await threads.openTurn({ threadId: 'b', turnId: 'two', person }, [ended('x')]);
  await threads.openTurn({ threadId: 'c', turnId: 'three', person }, [ended('x')]);
  await threads.closeTurn({ threadId: 'a', turnId: 'one', person }, [ended('one')]);
  await threads.delete('b', 'ada');
  expect(changes).toBe(9);
  stop();
  const again = await AgentThreads.load(log);
  const titles = [...again.all()].map(({ title, isPrivate }) => [title, isPrivate]);
  expect(titles).toEqual([
    ['Plots', true],
    ['c', false],
  ]);
  expect(again.openTurns().map(({ turnId }) => turnId)).toEqual(['three']);
  expect(again.get('b')).toBeUndefined();
  // What was said in a deleted thread is gone.
  const said: unknown[] = [];
  for await (const event of log.read(threadStream('b'))) said.push(event);
  expect(said).toEqual([]);
});

test('however much happens, the list of threads stays short', async () => {
  const log = new MemoryEventLog();
  const threads = await AgentThreads.load(log);
  await threads.create(newThread('a'), 'ada');
  await threads.openTurn({ threadId: 'a', turnId: 'one', person }, []);
  for (let round = 0; round < 2500; round += 1)
    await threads.change({ threadId: 'a', title: `Title ${round}`, isPrivate: false }, 'ada');
  const sequences: number[] = [];
  for await (const { sequence } of log.read('agent-threads')) sequences.push(sequence);
  expect(sequences.length).toBeLessThan(1100);
  const again = await AgentThreads.load(log);
  expect(again.get('a')?.title).toBe('Title 2499');
  expect(again.openTurns()).toHaveLength(1);
});
