import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { PresenceModel } from './presence-model.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const place = { current: 'notebook:a.ipynb', cell: { id: 'x', number: 1 }, documents: ['a.ipynb'] };

/** Two pages; `send` brings the second's states to the first. */
function twoPages() {
  const [mine, theirs] = [new Awareness(new Y.Doc()), new Awareness(new Y.Doc())] as const;
  const model = new PresenceModel(mine, Date.now, () => 'me');
  const other = new PresenceModel(theirs, Date.now, () => 'ada');
  const changes: number[] = [];
  model.changed.connect((_, people) => changes.push(people.length));
  const send = () => {
    applyAwarenessUpdate(mine, encodeAwarenessUpdate(theirs, [theirs.clientID]), 'remote');
    vi.advanceTimersByTime(200);
  };
  const end = () => {
    for (const one of [model, other]) one.close();
    for (const one of [mine, theirs]) one.destroy();
  };
  return { model, other, changes, send, end };
}

const ada = { username: 'ada', name: 'Ada' };

describe('PresenceModel', () => {
  it('tells who is here and who has a file open', () => {
    const { model, other, send, end } = twoPages();
    model.tell({ user: { username: 'me', name: 'Me' }, ...place });
    other.tell({ user: ada, ...place });
    send();
    expect(model.people.map(({ name }) => name)).toEqual(['Me', 'Ada']);
    expect(model.othersAt('a.ipynb').map(({ name }) => name)).toEqual(['Ada']);
    end();
  });

  it('says nothing when a page only repeats itself', () => {
    const { other, changes, send, end } = twoPages();
    other.tell({ user: ada, ...place });
    send();
    other.tell({ user: ada, ...place });
    send();
    expect(changes).toEqual([1]);
    end();
  });

  it('drops a page whose connection died within 30 s', () => {
    const { model, other, send, end } = twoPages();
    other.tell({ user: ada, ...place });
    send();
    expect(model.people).toHaveLength(1);
    vi.advanceTimersByTime(29_500);
    expect(model.people).toHaveLength(0);
    end();
  });

  it('is not here while nobody looks at the page, and then is where it was', () => {
    const { model, other, send, end } = twoPages();
    other.tell({ user: ada, ...place });
    other.setAway(true);
    send();
    expect(model.people).toHaveLength(0);
    other.tell({ user: ada, ...place, documents: ['b.ipynb'] });
    send();
    expect(model.people).toHaveLength(0);
    other.setAway(false);
    send();
    expect(model.people).toMatchObject([{ name: 'Ada', documents: ['a.ipynb', 'b.ipynb'] }]);
    end();
  });
});
