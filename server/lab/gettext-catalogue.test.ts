import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiledCatalogue } from '../../test/doubles/compiled-catalogue.ts';
import { GettextCatalogue } from './gettext-catalogue.ts';

test.each(['little', 'big'] as const)('texts are found in their context, %s-endian', (endian) => {
  const catalogue = GettextCatalogue.parse(
    compiledCatalogue(
      {
        '': 'Content-Type: text/plain; charset=UTF-8\n',
        'settings\u0004Theme': 'Thème',
        'schema\u0004Theme': '',
      },
      endian,
    ),
  );
  expect(catalogue.translate('settings', 'Theme')).toBe('Thème');
  expect(catalogue.translate('schema', 'Theme')).toBe('Theme');
  expect(catalogue.translate('menu', 'Theme')).toBe('Theme');
});

test('of texts with a plural the first form counts', () => {
  const catalogue = GettextCatalogue.parse(
    compiledCatalogue({ 'settings\u0004%1 file\0%1 files': '%1 fichier\0%1 fichiers' }),
  );
  expect(catalogue.translate('settings', '%1 file')).toBe('%1 fichier');
});

test('whatever is translated is found again', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((each) => !each.includes('\0') && !each.includes('\u0004'));
  fc.assert(
    fc.property(fc.dictionary(text, text), (messages) => {
      const entries = Object.entries(messages).map(([key, value]) => [`settings\u0004${key}`, value]);
      const catalogue = GettextCatalogue.parse(
        compiledCatalogue(Object.fromEntries(entries) as Record<string, string>),
      );
      for (const [key, value] of Object.entries(messages))
        expect(catalogue.translate('settings', key)).toBe(value);
    }),
  );
});

test('what is no such file, or is cut off, is refused', () => {
  const whole = compiledCatalogue({ 'settings\u0004Theme': 'Thème' });
  expect(() => GettextCatalogue.parse(Buffer.from('nonsense, and long enough for a header'))).toThrow(
    'no compiled gettext file',
  );
  expect(() => GettextCatalogue.parse(Buffer.alloc(0))).toThrow(RangeError);
  expect(() => GettextCatalogue.parse(whole.subarray(0, 30))).toThrow(RangeError);
});

test('a header that promises more texts than there are ends in an error, not in memory', () => {
  const file = compiledCatalogue({ 'settings\u0004Theme': 'Thème' });
  file.writeUInt32LE(0xffffffff, 8);
  expect(() => GettextCatalogue.parse(file)).toThrow(RangeError);
});
