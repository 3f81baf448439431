export const DEFAULT_LOCALE = 'en';
/** Translators' own language for translating in place; no locale that anybody speaks, as far as the lists know. */
export const PSEUDO_LOCALE = 'ach_UG';

// Where CLDR tells writing systems apart, a name says which one is meant (`zh_CN`: Chinese (Simplified, China)).
const NAMED_WITH_SCRIPT = new Set(['az', 'bs', 'ks', 'pa', 'sd', 'sr', 'uz', 'yue', 'zh']);

/** Whether there is such a language, in the form `fr` or `fr_FR`, whatever its case. */
export function isValidLocale(locale: string): boolean {
  if (!/^[a-z]{2,3}(?:_[a-z]{4})?(?:_(?:[a-z]{2}|\d{3}))?$/i.test(locale)) return false;
  return Intl.DateTimeFormat.supportedLocalesOf(tagOf(locale)).length > 0;
}

/** A language's name in another, with a capital: `French (France)`. */
export function localeName(locale: string, inLocale: string): string {
  const display = isValidLocale(inLocale) ? inLocale : DEFAULT_LOCALE;
  const names = new Intl.DisplayNames([tagOf(display)], { type: 'language', languageDisplay: 'standard' });
  const name = names.of(tagOf(locale)) ?? locale;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The system's locale as Python finds it: `fr_FR`; `en_US` for C.UTF-8, `en` for none. */
export function systemLocale(environment: NodeJS.ProcessEnv): string {
  const value =
    environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || environment['LANGUAGE'] || '';
  const [name = '', encoding = ''] = value.split(/[.@]/);
  if (name === 'C' || name === 'POSIX' || name === '')
    return /^utf-?8$/i.test(encoding) ? 'en_US' : DEFAULT_LOCALE;
  return name;
}

function tagOf(locale: string): string {
  const tag = new Intl.Locale(locale.replaceAll('_', '-'));
  return (NAMED_WITH_SCRIPT.has(tag.language) && tag.region ? tag.maximize() : tag).toString();
}
