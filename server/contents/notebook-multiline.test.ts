import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from './json-object.ts';
import { joinCell, splitCell } from './notebook-multiline.ts';
import { notebookText } from './notebook-text.ts';

const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', '\u2028', 'é', '"'), maxLength: 20 });
const mime = fc.constantFrom(
  'text/plain',
  'image/svg+xml',
  'application/javascript',
  'image/png',
  'application/json',
);
const bundle = fc.dictionary(mime, text);
const output = fc.oneof(
  fc.record({ output_type: fc.constant('stream'), name: fc.constant('stdout'), text }),
  fc.record({ output_type: fc.constant('display_data'), data: bundle, metadata: fc.constant({}) }),
);
const cell = fc.oneof(
  fc.record({ cell_type: fc.constant('code'), source: text, outputs: fc.array(output, { maxLength: 3 }) }),
  fc.record({
    cell_type: fc.constant('markdown'),
    source: text,
    attachments: fc.dictionary(fc.constant('a.png'), bundle),
  }),
);

test('a cell that was written and read again is the same cell', () => {
  fc.assert(
    fc.property(cell, (before) => {
      const onDisk = JSON.parse(notebookText(splitCell(before)).toString()) as JsonObject;
      // Without their prototypes, which fast-check leaves out.
      expect(joinCell(onDisk)).toEqual(JSON.parse(JSON.stringify(before)));
    }),
  );
});

test('neither changes the cell that it is given', () => {
  const lines = {
    cell_type: 'code',
    source: ['a\n', 'b'],
    outputs: [{ output_type: 'stream', text: ['x\n', 'y'] }],
  };
  const before = structuredClone(lines);
  expect(joinCell(lines)).toMatchObject({ source: 'a\nb', outputs: [{ text: 'x\ny' }] });
  expect(lines).toEqual(before);
});

test('JSON data and what is no text stay as they are', () => {
  const data = { 'application/json': ['a', 'b'], 'application/x+json': ['c'], 'text/plain': [1] };
  const odd = { cell_type: 'code', source: 7, outputs: [{ output_type: 'display_data', data }, 'no object'] };
  expect(joinCell(odd)).toEqual(odd);
});
