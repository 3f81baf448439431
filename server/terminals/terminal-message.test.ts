import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTerminalRequest, replayMessage, stdoutMessage } from './terminal-message.ts';

const size = (rows: number, columns: number) => ({ type: 'set_size', size: { rows, columns } });

test.each([
  ['["stdin", "ls\\r"]', { type: 'stdin', text: 'ls\r' }],
  ['["stdin", "", "more"]', { type: 'stdin', text: '' }],
  ['["set_size", 24, 80]', size(24, 80)],
  ['["set_size", 24, 80, 600.5, 800]', size(24, 80)],
  ['["set_size", 1, 10000]', size(1, 10_000)],
  ['["set_size", 0, 0, 0, 0]', { type: 'unknown' }],
  ['["set_size", 24.5, 80]', { type: 'unknown' }],
  ['["set_size", -1, 1e99]', { type: 'unknown' }],
  ['["set_size", 1, 10001]', { type: 'unknown' }],
  ['["set_size", null, null]', { type: 'unknown' }],
  ['["stdin"]', { type: 'unknown' }],
  ['["stdin", 5]', { type: 'unknown' }],
  ['["pong"]', { type: 'unknown' }],
  ['[]', null],
  ['[5]', null],
  ['{}', null],
  ['null', null],
  ['"stdin"', null],
  ['hello', null],
  ['', null],
])('%s is %j', (text, request) => expect(parseTerminalRequest(text)).toEqual(request));

test('no text makes it fail', () => {
  const anything = fc.oneof(fc.string(), fc.json());
  fc.assert(fc.property(anything, (text) => void parseTerminalRequest(text)));
});

test('output arrives as it was printed, also cut in the middle of a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (output) => {
      expect(JSON.parse(stdoutMessage(output))).toEqual(['stdout', output]);
    }),
  );
});

test('what is shown again replaces what was shown, and resets modes only where all of it comes', () => {
  expect(JSON.parse(replayMessage('all', true))).toEqual(['stdout', '\x1bcall']);
  expect(JSON.parse(replayMessage('the end', false))).toEqual(['stdout', '\x1b[H\x1b[2J\x1b[3Jthe end']);
});
