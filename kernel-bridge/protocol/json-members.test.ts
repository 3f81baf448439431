import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonMembers } from './json-members.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const texts = (json: string): Record<string, string> =>
  Object.fromEntries([...jsonMembers(bytes(json))].map(([key, value]) => [key, value.toString()]));

/** Strings full of what ends, escapes and nests. */
const trickyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', 'é', '𝒳', '\u0000'),
  }),
);
/**
 * Without a backslash: after an object with the key `\\`, the JSON.parse of Node 24 (V8 13.6) reads the key `\n` of the next
 * one as `\\`, and what is compared here is what it reads.
 */
const trickyKey = trickyText.filter((key) => !key.includes('\\'));
const { value: trickyJson } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    trickyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(trickyKey, tie('value'), { maxKeys: 4 }),
  ),
}));
/** JSON may have space between any two signs. */
const spaced = (value: unknown, indent: number | string): string =>
  indent === 0 ? JSON.stringify(value) : ` \r\n\t${JSON.stringify(value, null, indent)}\n `;

describe('jsonMembers', () => {
  test('finds the members that JSON.parse finds, each with its own bytes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(trickyKey, trickyJson, { maxKeys: 6, noNullPrototype: true }),
        fc.constantFrom(0, 1, 4, '\t'),
        (object, indent) => {
          const json = spaced(object, indent);
          const expected = JSON.parse(json) as Record<string, unknown>;
          const members = jsonMembers(bytes(json));
          expect([...members.keys()].sort()).toEqual(Object.keys(expected).sort());
          for (const [key, value] of members) expect(JSON.parse(value.toString())).toEqual(expected[key]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('leaves values as they came: big integers, NaN, escapes, space within', () => {
    expect(
      texts('{"a":12345678901234567890, "b" : NaN ,"c":"\\u00e9\\"","d":{ "x": [ -Infinity ] }}'),
    ).toEqual({
      a: '12345678901234567890',
      b: 'NaN',
      c: '"\\u00e9\\""',
      d: '{ "x": [ -Infinity ] }',
    });
  });

  test('takes the last of a repeated member, as JSON.parse does, and none of an empty object', () => {
    expect(texts('{"a":1,"b":2,"a":3}')).toEqual({ a: '3', b: '2' });
    expect(texts(' { } ')).toEqual({});
  });

  test('knows a member by its key however the key is escaped', () => {
    expect(texts('{"\\u0063hannel":"shell"}')).toEqual({ channel: '"shell"' });
    expect(jsonMembers(bytes('{"__proto__":1}')).get('__proto__')?.toString()).toBe('1');
  });

  test.each([
    ...['', ' ', 'null', '[]', '"text"', '1', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{,}'],
    ...[
      '{"a" 1}',
      '{"a":}',
      '{"a":1 "b":2}',
      '{"a":1}}',
      '{"a":1} x',
      '{a:1}',
      '{"a":"',
      '{"a":"\\"}',
      '{"a":[1}',
    ],
    ...['{"a":{"b":1}', '{"\\x":1}', "{'a':1}"],
  ])('refuses %j', (json) => {
    expect(() => jsonMembers(bytes(json))).toThrow(MalformedFrameError);
  });

  test('answers any bytes at all with members or a MalformedFrameError', () => {
    const noise = fc.string({
      unit: fc.constantFrom('{', '}', '"', '\\', ':', ',', '[', ']', 'a', '1', ' '),
    });
    fc.assert(
      fc.property(fc.oneof(noise, fc.string()), (text) => {
        try {
          jsonMembers(bytes(`{${text}`));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('takes time in proportion to the length, also for endless escapes', () => {
    const long = 2_000_000;
    expect(texts(`{"a":"${'\\\\'.repeat(long)}"}`)['a']).toHaveLength(2 * long + 2);
    expect(texts(`{"a":"${'\\"'.repeat(long)}"}`)['a']).toHaveLength(2 * long + 2);
    expect(texts(`{"a":${'['.repeat(long)}${']'.repeat(long)}}`)['a']).toHaveLength(2 * long);
  });
});
