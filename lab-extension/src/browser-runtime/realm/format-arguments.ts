import type { formatValue } from './format-value.ts';

/**
 * What `console.log` and its like print for their arguments, with `%s` and its like in the first.
 * Its text is put into frames (frame-program.ts): it uses nothing from outside itself.
 */
export function formatArguments(values: readonly unknown[], format: typeof formatValue): string {
  const [first, ...others] = values;
  if (typeof first !== 'string') return values.map((value) => format(value)).join(' ');
  const text = first.replace(/%([sdifoOc%])/g, (placeholder, letter: string) => {
    if (letter === '%') return '%';
    if (others.length === 0) return placeholder;
    const value = others.shift();
    switch (letter) {
      case 'c': // a style, which text has not
        return '';
      case 's':
        return format(value);
      case 'd':
      case 'i':
      case 'f': {
        if (typeof value === 'bigint') return format(value);
        if (typeof value === 'symbol' || (typeof value === 'object' && value !== null)) return 'NaN';
        const number = Number(value);
        return String(letter === 'f' ? number : Math.trunc(number));
      }
      default:
        return format(value, true);
    }
  });
  return [text, ...others.map((value) => format(value))].join(' ');
}
