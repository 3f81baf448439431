import type { RoundResult } from './round-result.ts';
import { MOMENTS } from './round-plan.ts';
import type { Victim } from './round-plan.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

interface Row {
  readonly name: string;
  readonly results: readonly RoundResult[];
}

const COLUMNS: readonly (readonly [title: string, value: (results: readonly RoundResult[]) => number])[] = [
  ['rounds', (results) => results.length],
  ['in flight', (results) => results.filter(({ wasInFlight }) => wasInFlight).length],
  ['rounds with a fault', (results) => results.filter(({ faults }) => faults.length > 0).length],
  ['lines printed', (results) => sum(results.map(({ lines }) => lines))],
  ['lines lost with the victim', (results) => sum(results.map(({ linesLost }) => linesLost))],
  ['bytes lost with the victim', (results) => sum(results.map(({ bytesLost }) => bytesLost))],
  ['requests lost with the victim', (results) => results.filter(({ isRequestLost }) => isRequestLost).length],
  ['cells missing', (results) => sum(results.map(({ cellsMissing }) => cellsMissing))],
  ['cells doubled', (results) => sum(results.map(({ cellsDoubled }) => cellsDoubled))],
];

function table(heading: string, rows: readonly Row[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([heading, ...COLUMNS.map(([title]) => title)]),
    line(['---', ...COLUMNS.map(() => '---:')]),
    ...rows.map(({ name, results }) => line([name, ...COLUMNS.map(([, value]) => value(results))])),
  ].join('\n');
}

/** What the rounds came to, as Markdown: by victim, and by moment. */
export function report(results: readonly RoundResult[], victims: readonly Victim[]): string {
  const all = { name: '**all**', results };
  const byVictim = victims.map((victim) => ({
    name: victim,
    results: results.filter(({ plan }) => plan.victim === victim),
  }));
  const byMoment = MOMENTS.map((moment) => ({
    name: moment,
    results: results.filter(({ plan }) => plan.moment === moment),
  }));
  return `${table('victim', [...byVictim, all])}\n\n${table('moment', [...byMoment, all])}`;
}
