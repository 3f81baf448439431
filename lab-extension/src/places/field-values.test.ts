import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingAt, settingOf, settingsOf, typedOf } from './field-values.ts';

test('what is not typed is not sent', () => {
  for (const kind of ['text', 'secret', 'number', 'lines', 'pairs', 'choice'] as const)
    expect(settingOf({ kind }, ' \n ')).toBeUndefined();
  expect(settingOf({ kind: 'check' }, 'false')).toBe(false);
});

test('a secret is never shown again', () => {
  expect(typedOf({ kind: 'secret' }, 'x')).toBe('');
});

test('what cannot be read is told in words', () => {
  expect(() => settingOf({ kind: 'number' }, 'many')).toThrow('must be a number');
  expect(() => settingOf({ kind: 'pairs' }, 'A=1\nB')).toThrow('NAME=VALUE');
});

test('what is shown of settings and not touched is sent as it was', () => {
  const word = fc.stringMatching(/^[\w./-]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (lines) => {
      expect(settingOf({ kind: 'lines' }, typedOf({ kind: 'lines' }, lines))).toEqual(lines);
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]\w{0,8}$/), word, { minKeys: 1 }), (pairs) => {
      expect(settingOf({ kind: 'pairs' }, typedOf({ kind: 'pairs' }, pairs))).toEqual({ ...pairs });
    }),
  );
  expect(settingOf({ kind: 'number' }, typedOf({ kind: 'number' }, 22))).toBe(22);
  expect(settingOf({ kind: 'check' }, typedOf({ kind: 'check' }, true))).toBe(true);
});

test('what is emptied goes back to the default, a secret that is not typed stays, and the inner settings go together', () => {
  const field = (name: string, kind: 'text' | 'secret' = 'text') => ({ name, kind, label: '', help: '' });
  const before = { url: 'a', user: 'ada', defaults: { time: '1', qos: 'high' } };
  const typed = [
    [field('url'), 'b'],
    [field('user'), undefined],
    [field('token', 'secret'), undefined],
    [field('never'), undefined],
    [field('defaults.time'), undefined],
    [field('defaults.cpus'), '2'],
  ] as const;
  expect(settingsOf(typed, before)).toEqual({ url: 'b', user: null, defaults: { qos: 'high', cpus: '2' } });
  expect(settingsOf(typed, {})).toEqual({ url: 'b', defaults: { cpus: '2' } });
  expect(settingAt(before, 'defaults.qos')).toBe('high');
  expect(settingAt({}, 'defaults.qos')).toBeUndefined();
});
