import { expect, test } from 'vitest';
import { isValidLocale, localeName, systemLocale } from './locale-names.ts';

// Observed with jupyterlab_server, which takes the names from Babel.
test.each([
  ['fr_FR', 'en', 'French (France)'],
  ['fr_FR', 'fr_FR', 'Français (France)'],
  ['zh_CN', 'en', 'Chinese (Simplified, China)'],
  ['de', 'fr_FR', 'Allemand'],
  ['pt_BR', 'en', 'Portuguese (Brazil)'],
  ['ja_JP', 'ja_JP', '日本語 (日本)'],
  ['uk_UA', 'de', 'Ukrainisch (Ukraine)'],
  ['es_ES', 'en', 'Spanish (Spain)'],
  ['sr_RS', 'en', 'Serbian (Cyrillic, Serbia)'],
  ['fr_FR', 'nonsense', 'French (France)'],
])('%s in %s is %s', (locale, shown, name) => {
  expect(localeName(locale, shown)).toBe(name);
});

test.each([
  ['fr', true],
  ['fr_FR', true],
  ['zh_Hans_CN', true],
  ['es_419', true],
  ['pt_br', true],
  ['zz', false],
  ['fr-FR', false],
  ['nonsense locale', false],
  ['', false],
  ['C', false],
  ['ach_UG', false],
])('%j is a locale: %s', (locale, valid) => {
  expect(isValidLocale(locale)).toBe(valid);
});

test.each([
  [{}, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en_US'],
  [{ LANG: 'C' }, 'en'],
  [{ LANG: 'POSIX' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'de_DE'],
  [{ LANG: 'de_DE@euro' }, 'de_DE'],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'fr_FR.UTF-8' }, 'fr_FR'],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: '', LC_CTYPE: 'uk_UA.UTF-8' }, 'uk_UA'],
])('the system of %j speaks %s', (environment, locale) => {
  expect(systemLocale(environment)).toBe(locale);
});
