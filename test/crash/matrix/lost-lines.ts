import type { RoundPlan } from './round-plan.ts';

/** A line as its kernel noted it, once it had handed it to ZeroMQ. */
export interface SaidLine {
  readonly line: number;
  /** In ms since the epoch. */
  readonly time: number;
}

/** What a process may hold that has read it and not yet written it down. */
const HELD_BEFORE_KILL = 1_000;

export interface LostLines {
  readonly lost: readonly number[];
  readonly faults: readonly string[];
}

/**
 * Which lines are in no log, and whether that can be: a killed kernel takes along the last that it printed, a killed
 * supervisor what was printed while nobody listened. Of everybody else nothing may be missing.
 */
export function judgeLostLines(
  { victim }: RoundPlan,
  seen: {
    readonly said: readonly SaidLine[];
    readonly logged: readonly number[];
    readonly killedAt: number;
    readonly silences: readonly { from: number; until: number }[];
  },
): LostLines {
  const { said, logged, killedAt } = seen;
  const isLogged = new Set(logged);
  const missing = said.filter(({ line }) => !isLogged.has(line));
  const lost = missing.map(({ line }) => line);
  const faults: string[] = [];
  if (isLogged.size !== logged.length) faults.push(`the log has lines more than once`);
  if (logged.some((line, index) => index > 0 && line < (logged[index - 1] as number)))
    faults.push('the log has lines out of order');
  const unsaid = logged.filter((line) => line > (said.at(-1)?.line ?? 0) + 1);
  if (unsaid.length > 0) faults.push(`the log has lines that the kernel did not print: ${unsaid.join(' ')}`);
  if (missing.length === 0) return { lost, faults };
  const [first, last] = [missing[0] as SaidLine, missing.at(-1) as SaidLine];
  const isOneRun = last.line - first.line === missing.length - 1;
  if (victim === 'kernel') {
    if (!isOneRun || last !== said.at(-1))
      faults.push(`lines other than the last are lost: ${lost.join(' ')}`);
  } else if (victim.includes('supervisor')) {
    const until = Math.max(...seen.silences.map((silence) => silence.until));
    if (seen.silences.length === 0) faults.push(`${lost.length} lines are lost, and nobody says so`);
    else if (!isOneRun || first.time < killedAt - HELD_BEFORE_KILL || last.time > until + HELD_BEFORE_KILL)
      faults.push(`lines are lost that were printed while somebody listened: ${lost.join(' ')}`);
  } else faults.push(`lines are lost: ${lost.join(' ')}`);
  return { lost, faults };
}
