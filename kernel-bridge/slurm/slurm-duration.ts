/**
 * Seconds of a time limit in one of Slurm's forms: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`,
 * `days-hours:minutes`, `days-hours:minutes:seconds`. Infinity for `UNLIMITED`; null for what is none.
 */
export function parseDuration(text: string): number | null {
  if (/^(unlimited|infinite)$/i.test(text)) return Infinity;
  const match = /^(?:(\d{1,6})-)?(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?$/.exec(text);
  if (match === null) return null;
  const [, days, first, second, third] = match;
  const [a, b, c] = [Number(first), Number(second ?? 0), Number(third ?? 0)];
  if (days !== undefined) return Number(days) * 86_400 + a * 3600 + b * 60 + c;
  if (third !== undefined) return a * 3600 + b * 60 + c;
  return a * 60 + b;
}

/** For people: `2 h 30 min`, `12 min`, `40 s`. */
export function describeDuration(seconds: number): string {
  if (seconds === Infinity) return 'no limit';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
