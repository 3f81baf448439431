import { expect, test } from 'vitest';
import { anonymousIdentity, newAnonymousIdentity } from './anonymous-identity.ts';

test('gives every browser a user name of its own, and a moon', () => {
  const people = Array.from({ length: 50 }, newAnonymousIdentity);
  expect(new Set(people.map(({ username }) => username)).size).toBe(50);
  for (const { name, displayName, initials } of people) {
    expect(name).toMatch(/^Anonymous [A-Z][a-z]+$/);
    expect(displayName).toBe(name);
    expect(initials).toBe(`A${name[10]}`);
  }
});

test('gives the same moon to the same user name', () => {
  expect(anonymousIdentity('abc')).toEqual(anonymousIdentity('abc'));
});
