import { describe, expect, it } from 'vitest';
import { initialsOf, personOf } from './person.ts';

describe('personOf', () => {
  it('takes the name that a person chose', () => {
    expect(personOf({ username: 'al', name: 'Ada', display_name: 'Ada Lovelace' })).toMatchObject({
      username: 'al',
      name: 'Ada Lovelace',
      initials: 'AL',
    });
  });

  it('falls back to the name, then to the user name', () => {
    expect(personOf({ username: 'al', name: 'Ada', display_name: ' ' })?.name).toBe('Ada');
    expect(personOf({ username: 'al', name: '', display_name: null })?.name).toBe('al');
  });

  it.each([undefined, null, 'ada', {}, { username: '' }, { username: 3 }])('finds nobody in %j', (user) => {
    expect(personOf(user)).toBeNull();
  });

  it('keeps long names from filling a page', () => {
    expect(personOf({ username: 'x', name: 'x'.repeat(10_000), initials: 'ABCDEF' })).toMatchObject({
      name: 'x'.repeat(60),
      initials: 'AB',
    });
  });
});

it.each([
  ['Ada Lovelace', 'AL'],
  ['Anonymous Io', 'AI'],
  ['ada', 'A'],
  ['grace.brewster-hopper', 'GH'],
  ['👩🏽‍🚀 Sally', '👩🏽‍🚀S'],
  ['  ', '?'],
])('the initials of %j are %j', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
