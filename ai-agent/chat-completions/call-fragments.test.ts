import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallIds } from '../provider/call-ids.ts';
import { CallFragments, type CallFragment } from './call-fragments.ts';

function whole(fragments: readonly CallFragment[]): [string, string][] {
  const calls = new CallFragments();
  for (const fragment of fragments) calls.take(fragment);
  return calls.whole(new CallIds([])).map(({ toolName, argumentsText }) => [toolName, argumentsText]);
}

const callArbitrary = fc.record({
  name: fc.constantFrom('read_cell', 'run_cell'),
  pieces: fc
    .array(fc.string(), { minLength: 1, maxLength: 4 })
    .filter((pieces) => pieces.join('').trim() !== ''),
});
type Call = { readonly name: string; readonly pieces: readonly string[] };

/** How a server sends one call, whatever its number. */
const dialects: Readonly<Record<string, (call: Call, index: number) => CallFragment[]>> = {
  openai: ({ name, pieces }, index) => [
    { index, id: `call_${index}`, function: { name, arguments: '' } },
    ...pieces.map((piece) => ({ index, function: { arguments: piece } })),
  ],
  'the id and name again': ({ name, pieces }, index) =>
    pieces.map((piece) => ({ index, id: `call_${index}`, function: { name, arguments: piece } })),
  'always index 0': ({ name, pieces }, index) => [
    { index: 0, id: `call_${index}`, function: { name, arguments: '' } },
    ...pieces.map((piece) => ({ index: 0, function: { arguments: piece } })),
  ],
  'no index': ({ name, pieces }, index) => [
    { id: `call_${index}`, function: { name, arguments: '' } },
    ...pieces.map((piece) => ({ id: `call_${index}`, function: { arguments: piece } })),
  ],
  'neither index nor id': ({ name, pieces }) => [
    { function: { name } },
    ...pieces.map((piece) => ({ function: { arguments: piece } })),
  ],
  'a new id each time': ({ name, pieces }, index) => [
    { index, id: `first_${index}`, function: { name } },
    ...pieces.map((piece, at) => ({ index, id: `${index}_${at}`, function: { arguments: piece } })),
  ],
};

it.each(Object.keys(dialects))('puts calls together that are sent with %s', (dialect) => {
  fc.assert(
    fc.property(fc.array(callArbitrary, { maxLength: 4 }), (calls) => {
      const fragments = calls.flatMap((call, index) => dialects[dialect]?.(call, index) ?? []);
      expect(whole(fragments)).toEqual(calls.map(({ name, pieces }) => [name, pieces.join('')]));
    }),
  );
});

it('takes pieces of several calls in turns', () => {
  const fragments = [
    { index: 0, id: 'a', function: { name: 'read_cell', arguments: '{"cell"' } },
    { index: 1, id: 'b', function: { name: 'run_cell', arguments: '{' } },
    { index: 0, function: { arguments: ':1}' } },
    { index: 1, function: { arguments: '}' } },
  ];
  expect(whole(fragments)).toEqual([
    ['read_cell', '{"cell":1}'],
    ['run_cell', '{}'],
  ]);
});

it('gives a call without arguments an empty object', () => {
  expect(whole([{ index: 0, id: 'a', function: { name: 'list_files' } }])).toEqual([['list_files', '{}']]);
});
