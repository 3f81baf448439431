import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SignedValues } from './signed-value.ts';

const DAY = 24 * 60 * 60 * 1000;

test('gives back any text that it signed, in characters that a cookie may hold', () => {
  const signed = new SignedValues('key');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const value = signed.sign('cookie', text);
      expect(value).toMatch(/^[\w.-]+$/);
      expect(signed.verify('cookie', value, 1)).toBe(text);
    }),
  );
});

test('refuses a value with any one character changed', () => {
  const signed = new SignedValues('key');
  const value = signed.sign('cookie', '{"username":"somebody"}');
  for (let index = 0; index < value.length; index += 1) {
    const changed = value.slice(0, index) + (value[index] === 'x' ? 'y' : 'x') + value.slice(index + 1);
    expect(signed.verify('cookie', changed, 1)).toBeNull();
  }
});

test('refuses what was signed with another key or for another purpose, and what is no signed value', () => {
  const signed = new SignedValues('key');
  expect(signed.verify('cookie', new SignedValues('other').sign('cookie', 'x'), 1)).toBeNull();
  expect(signed.verify('cookie', signed.sign('other-cookie', 'x'), 1)).toBeNull();
  for (const value of ['', '.', '..', 'a.b', '2|1:0|10:1|x|y|z'])
    expect(signed.verify('cookie', value, 1)).toBeNull();
});

test('refuses an old value, and one of a clock far ahead', () => {
  let now = 1_000 * DAY;
  const signed = new SignedValues('key', () => now);
  const value = signed.sign('cookie', 'x');
  now += 31 * DAY;
  expect(signed.verify('cookie', value, 31)).toBe('x');
  now += 1;
  expect(signed.verify('cookie', value, 31)).toBeNull();
  now -= 33 * DAY;
  expect(signed.verify('cookie', value, 31)).toBeNull();
});
