import type { RunLedger } from './run-ledger.ts';
import type { RunTextStore } from './run-text-store.ts';
import type { TextSource } from './run-text-routes.ts';

/** All that a run has printed under a name; null where nothing is known of it, or kept no longer. */
export async function findRunText(
  { ledger, texts }: { readonly ledger: RunLedger; readonly texts: RunTextStore },
  runId: string,
  name: string,
): Promise<TextSource | null> {
  const kept = texts.findKept(runId, name);
  if (kept !== null) return kept;
  const found = await ledger.find(runId);
  const text = found?.record.texts.get(name);
  if (found === null || text === undefined) return null;
  // What is printed meanwhile is for the next who asks.
  const soFar = { ...text, marks: [...text.marks] };
  return texts.findLogged({ kernelId: found.runs.kernelId, runId, name, text: soFar });
}
