import { describe, expect, it } from 'vitest';
import { documentPeopleOf, othersByCell } from './document-people.ts';

const ada = { username: 'ada', name: 'Ada' };
const bob = { username: 'bob', name: 'Bob' };
const cleo = { username: 'cleo', name: 'Cleo' };
const at = (cell: string, seen: number) => ({
  cell,
  mode: 'edit',
  selected: [],
  top: { cell, part: 0.5 },
  seen,
});
const of = (...states: Record<string, unknown>[]) => new Map(states.map((state, index) => [index, state]));

describe('documentPeopleOf', () => {
  it('counts the tabs of one person once, where they were active last', () => {
    const states = of({ user: ada, place: at('x', 1) }, { user: ada, place: at('y', 3) }, { user: ada });
    expect(documentPeopleOf(states, null)).toMatchObject([{ username: 'ada', place: at('y', 3) }]);
  });

  it('knows people whose page does not tell where they are', () => {
    expect(documentPeopleOf(of({ user: ada, cursors: [] }), null)).toMatchObject([
      { name: 'Ada', place: null },
    ]);
  });

  it('begins with oneself', () => {
    expect(documentPeopleOf(of({ user: ada }, { user: bob }), 'bob').map(({ name }) => name)).toEqual([
      'Bob',
      'Ada',
    ]);
  });

  it.each([3, { cell: 7, mode: 'x', selected: 'y', top: { cell: 'a', part: 9 }, seen: 'never' }])(
    'takes %j for no place in particular',
    (place) => {
      const [person] = documentPeopleOf(of({ user: ada, place }), null);
      expect(person?.place?.cell ?? null).toBeNull();
      expect(person?.place?.top ?? null).toBeNull();
    },
  );
});

it('othersByCell tells who is at a cell and who has only selected it, without oneself', () => {
  const selecting = { ...at('y', 1), selected: ['x'] };
  const people = documentPeopleOf(
    of({ user: ada, place: at('x', 1) }, { user: bob, place: at('x', 2) }, { user: cleo, place: selecting }),
    'bob',
  );
  const names = (those: readonly { name: string }[]) => those.map(({ name }) => name);
  expect(
    [...othersByCell(people)].map(([id, those]) => [id, names(those.active), names(those.selecting)]),
  ).toEqual([
    ['x', ['Ada'], ['Cleo']],
    ['y', ['Cleo'], []],
  ]);
});
