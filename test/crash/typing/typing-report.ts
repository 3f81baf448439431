import type { TypingResult } from './play-typing-round.ts';
import { TYPING_MOMENTS, TYPING_VICTIMS } from './typing-plan.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const COLUMNS: readonly (readonly [title: string, value: (results: readonly TypingResult[]) => number])[] = [
  ['rounds', (results) => results.length],
  ['in flight', (results) => results.filter(({ wasInFlight }) => wasInFlight).length],
  ['rounds with a fault', (results) => results.filter(({ faults }) => faults.length > 0).length],
  ['letters typed', (results) => sum(results.map(({ typed }) => typed))],
  [
    'letters gone that nobody had seen',
    (results) => sum(results.map(({ lostWithVictim }) => lostWithVictim)),
  ],
];

/** What the rounds came to, as Markdown: by victim, and by moment. */
export function typingReport(results: readonly TypingResult[]): string {
  const all = [['**all**', results]] as const;
  const byVictim = TYPING_VICTIMS.map(
    (victim) => [victim, results.filter(({ plan }) => plan.victim === victim)] as const,
  );
  const byMoment = TYPING_MOMENTS.map(
    (moment) => [moment, results.filter(({ plan }) => plan.moment === moment)] as const,
  );
  return `${table('victim', [...byVictim, ...all])}\n\n${table('moment', [...byMoment, ...all])}`;
}

function table(heading: string, rows: readonly (readonly [string, readonly TypingResult[]])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([heading, ...COLUMNS.map(([title]) => title)]),
    line(['---', ...COLUMNS.map(() => '---:')]),
    ...rows.map(([name, results]) => line([name, ...COLUMNS.map(([, value]) => value(results))])),
  ].join('\n');
}
