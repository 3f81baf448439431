import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { RemoteCursors, type ClientCursors } from './remote-cursors.ts';
import { findSharedCursor, toSharedCursor } from './shared-cursor.ts';

/** Two pages with one document; what one does reaches the other when `sync` is called. */
function twoPages() {
  const pages = [new Y.Doc(), new Y.Doc()].map((doc) => ({ doc, awareness: new Awareness(doc) }));
  for (const { doc } of pages) for (const name of ['a', 'b', 'c']) doc.getText(name);
  const [mine, theirs] = pages as [(typeof pages)[0], (typeof pages)[0]];
  const runs: (() => void)[] = [];
  const cursors = new RemoteCursors(mine.awareness, (run) => runs.push(run));
  const syncText = () => Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(theirs.doc), 'remote');
  const syncAwareness = () =>
    applyAwarenessUpdate(
      mine.awareness,
      encodeAwarenessUpdate(theirs.awareness, [theirs.doc.clientID]),
      'remote',
    );
  const flush = () => {
    for (const run of runs.splice(0)) run();
  };
  const follow = (name: string) => {
    const seen: ClientCursors[] = [];
    const end = cursors.follow(mine.doc.getText(name), (changed) => seen.push(...changed));
    return { seen, end };
  };
  theirs.awareness.setLocalStateField('user', { username: 'ada', name: 'Ada' });
  const select = (name: string, anchor: number, head: number) =>
    theirs.awareness.setLocalStateField('cursors', [
      toSharedCursor(theirs.doc.getText(name), { anchor, head, primary: true }),
    ]);
  return { mine, theirs, cursors, follow, flush, select, syncText, syncAwareness };
}

describe('RemoteCursors', () => {
  it('tells where others are in a text, and who they are', () => {
    const { theirs, follow, flush, select, syncText, syncAwareness } = twoPages();
    const { seen } = follow('a');
    theirs.doc.getText('a').insert(0, 'hello');
    select('a', 1, 4);
    syncText();
    syncAwareness();
    flush();
    expect(seen).toMatchObject([
      {
        client: theirs.doc.clientID,
        person: { name: 'Ada' },
        cursors: [{ anchor: 1, head: 4, primary: true }],
      },
    ]);
  });

  it('tells only the text that it is in, and the one that it left', () => {
    const { theirs, follow, flush, select, syncText, syncAwareness } = twoPages();
    const [a, b, c] = [follow('a'), follow('b'), follow('c')];
    theirs.doc.getText('a').insert(0, 'hello');
    theirs.doc.getText('b').insert(0, 'world');
    select('a', 0, 0);
    syncText();
    syncAwareness();
    flush();
    select('b', 5, 5);
    syncAwareness();
    flush();
    expect(a.seen.map(({ cursors }) => cursors.length)).toEqual([1, 0]);
    expect(b.seen.map(({ cursors }) => cursors)).toEqual([[{ anchor: 5, head: 5, primary: true }]]);
    expect(c.seen).toEqual([]);
  });

  it('waits for a text that comes after its cursor', () => {
    const { theirs, follow, flush, select, syncText, syncAwareness } = twoPages();
    const { seen } = follow('a');
    theirs.doc.getText('a').insert(0, 'hello');
    select('a', 3, 3);
    syncAwareness();
    flush();
    expect(seen).toEqual([]);
    syncText();
    flush();
    expect(seen).toMatchObject([{ cursors: [{ head: 3 }] }]);
  });

  it('tells an editor that is made later', () => {
    const { theirs, follow, flush, select, syncText, syncAwareness } = twoPages();
    theirs.doc.getText('a').insert(0, 'hello');
    select('a', 2, 2);
    syncText();
    syncAwareness();
    flush();
    const { seen } = follow('a');
    flush();
    expect(seen).toMatchObject([{ cursors: [{ head: 2 }] }]);
  });

  it('tells when a page has gone', () => {
    const { theirs, follow, flush, select, syncText, syncAwareness } = twoPages();
    const { seen } = follow('a');
    theirs.doc.getText('a').insert(0, 'hello');
    select('a', 2, 2);
    syncText();
    syncAwareness();
    flush();
    theirs.awareness.setLocalState(null);
    syncAwareness();
    flush();
    expect(seen.at(-1)).toMatchObject({ client: theirs.doc.clientID, cursors: [] });
  });

  it('looks up once what comes in one go, and never the own cursor', () => {
    const { mine, theirs, follow, flush, select, syncText, syncAwareness } = twoPages();
    const { seen } = follow('a');
    theirs.doc.getText('a').insert(0, 'hello');
    syncText();
    for (const at of [1, 2, 3]) {
      select('a', at, at);
      syncAwareness();
      mine.awareness.setLocalStateField('cursors', [
        toSharedCursor(mine.doc.getText('a'), { anchor: at, head: at, primary: true }),
      ]);
    }
    flush();
    expect(seen).toMatchObject([{ client: theirs.doc.clientID, cursors: [{ head: 3 }] }]);
  });

  it.each([
    [[null]],
    [[{}]],
    [[{ anchor: 1, head: 2 }]],
    [[{ anchor: { type: 7 }, head: { item: 'x' } }]],
    ['x'],
  ])('is not troubled by cursors like %j', (cursors) => {
    const { theirs, follow, flush, syncAwareness } = twoPages();
    const { seen } = follow('a');
    theirs.awareness.setLocalStateField('cursors', cursors);
    syncAwareness();
    flush();
    expect(seen).toEqual([]);
  });
});

describe('a shared cursor', () => {
  it('stays where it is while others type before it, behind it and at it', () => {
    const doc = new Y.Doc();
    const text = doc.getText('a');
    text.insert(0, 'hello');
    const shared = JSON.parse(
      JSON.stringify(toSharedCursor(text, { anchor: 5, head: 5, primary: true })),
    ) as unknown;
    text.insert(0, '>> ');
    text.insert(8, ' world');
    expect(findSharedCursor(shared, doc)?.cursor.head).toBe(8);
  });

  it('is understood as jupyter-collaboration sends it', () => {
    const doc = new Y.Doc();
    const text = doc.getText('a');
    text.insert(0, 'hello');
    const position = Y.createRelativePositionFromTypeIndex(text, 2);
    const sent = JSON.parse(
      JSON.stringify({ anchor: position, head: position, primary: true, empty: true }),
    ) as unknown;
    expect(findSharedCursor(sent, doc)).toMatchObject({
      text,
      cursor: { anchor: 2, head: 2, primary: true },
    });
  });
});
