import { AGENT_MOMENTS } from './agent-plan.ts';
import type { AgentFault } from './judge-agent-round.ts';
import type { AgentResult } from './play-agent-round.ts';

const faultsOf =
  (kind: AgentFault['kind']) =>
  (results: readonly AgentResult[]): number =>
    results.flatMap(({ faults }) => faults).filter((fault) => fault.kind === kind).length;

const COLUMNS: readonly (readonly [title: string, value: (results: readonly AgentResult[]) => number])[] = [
  ['turns', (results) => results.length],
  ['in flight', (results) => results.filter(({ wasInFlight }) => wasInFlight).length],
  ['kills', (results) => results.reduce((total, { kills }) => total + kills, 0)],
  ['effects twice', faultsOf('twice')],
  ['effects lost', faultsOf('lost')],
  ['effects without approval', faultsOf('unapproved')],
  ['other faults', faultsOf('other')],
];

/** What the rounds came to, as Markdown. */
export function agentReport(results: readonly AgentResult[]): string {
  const rows = [
    ...AGENT_MOMENTS.map((moment) => [moment, results.filter(({ plan }) => plan.moment === moment)] as const),
    ['**all**', results] as const,
  ];
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['moment', ...COLUMNS.map(([title]) => title)]),
    line(['---', ...COLUMNS.map(() => '---:')]),
    ...rows.map(([name, some]) => line([name, ...COLUMNS.map(([, value]) => value(some))])),
  ].join('\n');
}
