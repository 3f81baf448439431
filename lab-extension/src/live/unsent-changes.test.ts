import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { UnsentChanges } from './unsent-changes.ts';

/** A document that is typed into, and an update for each key. */
function typing(): { readonly type: (text: string) => Uint8Array; readonly ydoc: Y.Doc } {
  const ydoc = new Y.Doc();
  let last: Uint8Array = new Uint8Array();
  ydoc.on('update', (update: Uint8Array) => (last = update));
  return {
    ydoc,
    type(text) {
      ydoc.getText('source').insert(ydoc.getText('source').length, text);
      return last;
    },
  };
}

function textOf(update: Uint8Array | null): string | null {
  if (update === null) return null;
  const ydoc = new Y.Doc();
  Y.applyUpdate(ydoc, update);
  return ydoc.getText('source').toJSON();
}

describe('UnsentChanges', () => {
  it('counts what waits and what is on its way', () => {
    const { type } = typing();
    const unsent = new UnsentChanges(2);
    unsent.add(type('a'));
    expect([unsent.count, unsent.isSettled]).toEqual([3, false]);
    unsent.sent();
    unsent.add(type('b'));
    unsent.sent();
    expect(unsent.count).toBe(4);
    unsent.confirmed(1);
    expect(unsent.count).toBe(1);
    unsent.confirmed(2);
    expect([unsent.count, unsent.isSettled]).toEqual([0, true]);
  });

  it('is not settled while a frame without changes of its own is on its way', () => {
    const unsent = new UnsentChanges(0);
    unsent.sent();
    expect([unsent.count, unsent.isSettled]).toEqual([0, false]);
    unsent.confirmed(1);
    expect(unsent.isSettled).toBe(true);
  });

  it('[L12] keeps what was typed, whatever becomes of it in the document', () => {
    const { type, ydoc } = typing();
    const unsent = new UnsentChanges(0);
    unsent.add(type('one'));
    unsent.sent();
    unsent.add(type(' two'));
    ydoc.getText('source').delete(0, 7);
    unsent.disconnected();
    expect(textOf(unsent.update)).toBe('one two');
    expect(textOf(Y.encodeStateAsUpdate(ydoc))).toBe('');
  });

  it('[L12] keeps what an earlier page typed', () => {
    const { type } = typing();
    const unsent = new UnsentChanges(1, type('one'));
    unsent.add(type(' two'));
    expect(textOf(unsent.update)).toBe('one two');
  });

  it('keeps nothing where that is too much, until all is confirmed', () => {
    const { type } = typing();
    const unsent = new UnsentChanges(0);
    unsent.add(type('one'));
    unsent.add(type('x'.repeat(2 * 1024 * 1024)));
    unsent.add(type('two'));
    expect([unsent.update, unsent.count]).toEqual([null, 3]);
    unsent.sent();
    unsent.confirmed(1);
    unsent.add(new Uint8Array([1]));
    expect(unsent.update).toEqual(new Uint8Array([1]));
  });

  it('[L12] forgets no change, whenever the connection breaks off', () => {
    const step = fc.oneof(
      fc.constant('add' as const),
      fc.constant('send' as const),
      fc.constant('confirm' as const),
      fc.constant('break' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { type } = typing();
        const unsent = new UnsentChanges(0);
        /** What the frames of this connection carry, and how many of them are confirmed. */
        let frames: string[][] = [];
        let confirmed = 0;
        let waiting: string[] = [];
        let typed = 0;
        /** What the server has. */
        const server = new Y.Doc();
        const updates = new Map<string, Uint8Array>();
        for (const each of steps) {
          if (each === 'add') {
            const text = `<${(typed += 1)}>`;
            const update = type(text);
            updates.set(text, update);
            unsent.add(update);
            waiting.push(text);
          } else if (each === 'send') {
            unsent.sent();
            frames.push(waiting);
            waiting = [];
          } else if (each === 'confirm' && confirmed < frames.length) {
            for (const text of frames[confirmed] ?? []) Y.applyUpdate(server, updates.get(text)!);
            confirmed += 1;
            unsent.confirmed(confirmed);
          } else if (each === 'break') {
            unsent.disconnected();
            waiting = [...frames.slice(confirmed).flat(), ...waiting];
            frames = [];
            confirmed = 0;
            // With what is kept the server has everything.
            const restarted = new Y.Doc();
            Y.applyUpdate(restarted, Y.encodeStateAsUpdate(server));
            if (unsent.update !== null) Y.applyUpdate(restarted, unsent.update);
            expect(restarted.getText('source').toJSON()).toBe([...updates.keys()].join(''));
          }
        }
        const open = frames.slice(confirmed);
        expect(unsent.count).toBe(open.flat().length + waiting.length);
        expect(unsent.isSettled).toBe(waiting.length === 0 && open.length === 0);
      }),
    );
  });
});
