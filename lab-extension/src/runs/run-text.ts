import type { CellRunState } from '../../../server/wire/cell-run-state.ts';
import { durationText } from './duration-text.ts';
import { durationOf, type PastRuns } from './run-times.ts';

/** In milliseconds: what took less is not worth a line. */
const WORTH_SAYING = 1_000;

const ENDS: Readonly<Record<string, string>> = {
  done: 'Took',
  failed: 'Failed after',
  interrupted: 'Interrupted after',
  lost: 'Its kernel ended after',
};

/** What a cell that waits or runs says of it. @param since when it began, by this page's own clock */
export function openRunText(
  run: CellRunState,
  { since, now, past }: { readonly since: number; readonly now: number; readonly past: PastRuns | null },
): string {
  if (run.status === 'queued') return 'Waiting for its turn';
  if (run.prompt !== null) return 'Waiting for an answer';
  const last = [past?.latest, past?.before].find((one) => one?.status === 'done' && one.id !== run.run_id);
  const lastTook = last === undefined || last === null ? null : durationOf(last);
  const lastTime =
    lastTook === null || lastTook < WORTH_SAYING ? '' : ` (last time ${durationText(lastTook)})`;
  return `Running for ${durationText(now - since)}${lastTime}`;
}

/** What a cell says of its latest run once it is over; empty for what is not worth a line. */
export function pastRunText({ latest, before }: PastRuns, nameOf: (username: string) => string): string {
  const took = durationOf(latest);
  const end = ENDS[latest.status];
  if (took === null || end === undefined || took < WORTH_SAYING) return '';
  const tookBefore = before === null ? null : durationOf(before);
  const lastTime = tookBefore === null ? '' : ` (the time before ${durationText(tookBefore)})`;
  const name = nameOf(latest.who);
  return `${end} ${durationText(took)}${lastTime}${name === '' ? '' : ` · ${name}`}`;
}
