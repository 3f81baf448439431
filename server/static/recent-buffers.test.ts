import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentBuffers } from './recent-buffers.ts';

test('the least lately used go first', () => {
  const kept = new RecentBuffers(3);
  for (const name of ['a', 'b', 'c']) kept.set(name, Buffer.from(name));
  kept.get('a');
  kept.set('d', Buffer.from('d'));
  expect(['a', 'b', 'c', 'd'].filter((name) => kept.get(name) !== undefined)).toEqual(['a', 'c', 'd']);
});

test('one that is too big pushes nothing out, and its former content is not kept either', () => {
  const kept = new RecentBuffers(3);
  kept.set('a', Buffer.from('a'));
  kept.set('b', Buffer.from('b'));
  kept.set('b', Buffer.from('too big'));
  expect(kept.get('a')?.toString()).toBe('a');
  expect(kept.get('b')).toBeUndefined();
});

test('it never holds more bytes than it may, and never another content than the last', () => {
  const action = fc.record({ name: fc.constantFrom('a', 'b', 'c'), length: fc.nat(8), set: fc.boolean() });
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const kept = new RecentBuffers(10);
      const last = new Map<string, Buffer>();
      for (const { name, length, set } of actions) {
        if (set) {
          last.set(name, Buffer.alloc(length, name));
          kept.set(name, last.get(name) as Buffer);
        } else {
          last.delete(name);
          kept.delete(name);
        }
        const held = ['a', 'b', 'c'].map((each) => ({ each, buffer: kept.get(each) }));
        expect(held.reduce((sum, { buffer }) => sum + (buffer?.length ?? 0), 0)).toBeLessThanOrEqual(10);
        for (const { each, buffer } of held) if (buffer) expect(buffer).toBe(last.get(each));
      }
    }),
  );
});
