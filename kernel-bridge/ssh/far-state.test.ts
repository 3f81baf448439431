import { expect, test } from 'vitest';
import { readState } from './far-state.ts';

test.each([
  ['alive\n', { kind: 'alive' }],
  ['gone 7\nlast words\n', { kind: 'gone', exitCode: 7, tail: 'last words' }],
  ['gone -\n', { kind: 'gone', exitCode: null, tail: '' }],
  ['gone \n', { kind: 'gone', exitCode: null, tail: '' }],
  ['silent\nso far', { kind: 'silent', tail: 'so far' }],
  ['failed mkdir: no\nroom\n', { kind: 'failed', reason: 'mkdir: no\nroom' }],
  ['elsewhere login2\n', { kind: 'elsewhere', machine: 'login2' }],
  ['sh: not found', { kind: 'unclear', text: 'sh: not found' }],
  ['', { kind: 'unclear', text: '' }],
])('%j', (output, state) => {
  expect(readState(Buffer.from(output))).toEqual(state);
});
