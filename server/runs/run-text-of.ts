import type { EventLog } from '../../event-log/event-log.ts';
import { readRunText } from './read-run-text.ts';
import type { RunLedger } from './run-ledger.ts';
import type { TextSource } from './run-text-routes.ts';

/** All that a run has printed under a name; null where nothing is known of it. */
export async function runTextOf(
  { ledger, log }: { readonly ledger: RunLedger; readonly log: EventLog },
  runId: string,
  name: string,
): Promise<TextSource | null> {
  const found = await ledger.find(runId);
  const text = found?.record.texts.get(name);
  if (found === null || text === undefined) return null;
  const { kernelId } = found.runs;
  // What is printed meanwhile is for the next who asks.
  const soFar = { ...text, marks: [...text.marks] };
  return {
    bytes: soFar.bytes,
    read: (start, end) => readRunText(log, { kernelId, runId, name, text: soFar }, start, end),
  };
}
