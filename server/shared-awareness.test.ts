import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { SharedAwareness } from './shared-awareness.ts';
import type { Teller } from './shared-awareness.ts';

const told: { readonly update: Uint8Array; readonly owner: Teller | null }[] = [];
const tabs: Awareness[] = [];
let shared: SharedAwareness<Teller>;
beforeEach(() => {
  shared = new SharedAwareness((update, owner) => void told.push({ update, owner }));
});
afterEach(() => {
  shared.close();
  for (const tab of tabs.splice(0)) tab.destroy();
  told.length = 0;
});

function tab(state: object): Awareness {
  const awareness = new Awareness(new Y.Doc());
  awareness.setLocalState(state);
  tabs.push(awareness);
  return awareness;
}

const own = (awareness: Awareness): Uint8Array => encodeAwarenessUpdate(awareness, [awareness.clientID]);
const stateOf = ({ clientID }: Awareness): object | undefined => shared.awareness.getStates().get(clientID);
const ada = { actor: 'ada' };
const ben = { actor: 'ben' };

test('a client that says again what it was told of others takes nothing from them', () => {
  const of = tab({ name: 'Ada' });
  shared.receive(own(of), ada);
  const echo = tab({ name: 'Ben' });
  applyAwarenessUpdate(echo, own(of), null);
  shared.receive(encodeAwarenessUpdate(echo, [echo.clientID, of.clientID]), ben);
  expect(stateOf(echo)).toEqual({ name: 'Ben' });
  shared.leave(ben);
  expect(stateOf(echo)).toBeUndefined();
  expect(stateOf(of)).toEqual({ name: 'Ada' });
});

test('I7: nobody speaks for another person, or takes them away', () => {
  const of = tab({ name: 'Ada' });
  shared.receive(own(of), ada);
  const forged = new Awareness(new Y.Doc());
  tabs.push(forged);
  forged.clientID = of.clientID;
  for (const state of [{ name: 'a fool' }, { name: 'still a fool' }, null]) {
    forged.setLocalState(state);
    shared.receive(own(forged), ben);
  }
  expect(stateOf(of)).toEqual({ name: 'Ada' });
  expect(told).toHaveLength(1);
});

test('a tab that comes back over a new socket is still here when the old one is given up', () => {
  const of = tab({ name: 'Ada' });
  const again = { actor: 'ada' };
  shared.receive(own(of), ada);
  shared.receive(own(of), again);
  shared.leave(ada);
  expect(stateOf(of)).toEqual({ name: 'Ada' });
  of.setLocalState({ name: 'Ada', at: 3 });
  shared.receive(own(of), again);
  expect(stateOf(of)).toEqual({ name: 'Ada', at: 3 });
  shared.leave(again);
  expect(stateOf(of)).toBeUndefined();
});

test('many people are told of each other, but no participant makes up many', () => {
  const all = tab({ name: 'Ben' });
  for (let count = 0; count < 100; count += 1) {
    const one = tab({ name: `person ${count}`, about: 'x'.repeat(1000) });
    applyAwarenessUpdate(all, own(one), null);
    shared.receive(own(one), { actor: `person ${count}` });
  }
  const everybody = encodeAwarenessUpdate(all, [...all.getStates().keys()]);
  shared.receive(everybody, ben);
  expect(shared.awareness.getStates().size).toBe(101);
  expect(() => new SharedAwareness(() => undefined).receive(everybody, ben)).toThrow('too many clients');
  expect(() => shared.receive(own(tab({ name: 'x'.repeat(70_000) })), ben)).toThrow('cannot be read');
});
