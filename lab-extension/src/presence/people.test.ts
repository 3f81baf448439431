import { describe, expect, it } from 'vitest';
import { pathOfCurrent, peopleAt, peopleOf } from './people.ts';

const ada = { username: 'ada', name: 'Ada Lovelace' };
const bob = { username: 'bob', name: 'Bob' };
const of = (...states: unknown[]) => new Map(states.map((state, index) => [index + 1, state]));

describe('peopleOf', () => {
  it('counts several tabs of one person once, and shows where they last were', () => {
    const people = peopleOf(
      of(
        {
          user: ada,
          current: 'notebook:a.ipynb',
          documents: ['a.ipynb'],
          cell: { id: 'x', number: 2 },
          seen: 5,
        },
        { user: ada, current: 'notebook:b.ipynb', documents: ['b.ipynb', 'a.ipynb'], seen: 9 },
        { user: ada, current: null, documents: [], seen: 1 },
      ),
      'bob',
    );
    expect(people).toHaveLength(1);
    expect(people[0]).toMatchObject({
      username: 'ada',
      isSelf: false,
      current: 'b.ipynb',
      cell: null,
      documents: ['a.ipynb', 'b.ipynb'],
    });
  });

  it('begins with oneself, then goes by name', () => {
    const cleo = { username: 'c', name: 'Cleo' };
    const names = peopleOf(of({ user: cleo }, { user: ada }, { user: bob }), 'bob').map(({ name }) => name);
    expect(names).toEqual(['Bob', 'Ada Lovelace', 'Cleo']);
  });

  it('understands the pages of jupyter-collaboration', () => {
    const people = peopleOf(of({ user: ada, current: 'notebook:RTC:dir/a.ipynb', documents: [] }), null);
    expect(people[0]).toMatchObject({ current: 'dir/a.ipynb', documents: ['dir/a.ipynb'] });
  });

  it('takes nothing amiss that another page says', () => {
    const odd = [
      null,
      3,
      {},
      { user: null },
      { user: ada, current: 7, documents: [1, 'a'], cell: { id: 1 } },
    ];
    expect(peopleOf(of(...odd), null)).toMatchObject([{ current: null, cell: null, documents: ['a'] }]);
  });

  it('says who has a file open', () => {
    const people = peopleOf(of({ user: ada, documents: ['a.py'] }, { user: bob, documents: ['b.py'] }), null);
    expect(peopleAt(people, 'a.py').map(({ username }) => username)).toEqual(['ada']);
    expect(peopleAt(people, 'c.py')).toEqual([]);
  });
});

it.each([
  ['notebook:a.ipynb', 'a.ipynb'],
  ['notebook:RTC:a.ipynb', 'a.ipynb'],
  ['editor:dir/a:b.py', 'dir/a:b.py'],
  ['launcher', null],
  ['', null],
  [undefined, null],
])('the path of %j is %j', (current, path) => {
  expect(pathOfCurrent(current)).toBe(path);
});
