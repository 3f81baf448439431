import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Arrivals } from './arrivals.ts';
import type { PersonHere } from './people.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const people = (...names: string[]): PersonHere[] =>
  names.map((name) => ({
    username: name,
    name,
    initials: '',
    color: '',
    isSelf: name === 'Me',
    current: null,
    cell: null,
    documents: [],
  }));

test('tells who came and who went, and nothing of those who were there, of oneself, and of who only reloaded', () => {
  const told: string[] = [];
  const arrivals = new Arrivals((came, went) => told.push(`+${came.join()} -${went.join()}`));
  const see = (...names: string[]) => {
    arrivals.see(people(...names));
    vi.advanceTimersByTime(5_000);
  };
  see('Me', 'Ada');
  expect(told).toEqual([]);
  see('Me', 'Ada', 'Bob');
  see('Bob', 'Cleo');
  expect(told).toEqual(['+Bob -', '+Cleo -Ada']);
  arrivals.see(people('Cleo'));
  see('Cleo', 'Bob');
  expect(told).toHaveLength(2);
});
