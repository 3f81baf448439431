import { OUTPUT_LIMITS } from './output-limits.ts';
import type { RunRecord } from './run-record.ts';
import type { RunText } from './run-text.ts';

/** What a run printed that may not be in its notebook as a whole, and is linked to from there. */
export function longTexts({ texts }: Pick<RunRecord, 'texts'>): [string, RunText][] {
  return [...texts].filter(([, { bytes }]) => bytes > OUTPUT_LIMITS.headText + OUTPUT_LIMITS.tailText);
}
