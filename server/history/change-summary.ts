import type { ChangeSummary } from '../wire/change-summary.ts';
import { cellDifference } from './cell-difference.ts';
import { notebookContent } from './notebook-cells.ts';

/** @param before null for a file's first version. @returns null where it is not to be said, as for images */
export function changeSummary(before: Buffer | null, after: Buffer, path: string): ChangeSummary | null {
  if (path.endsWith('.ipynb')) {
    const now = notebookContent(after);
    const past = before === null ? { cells: [] } : notebookContent(before);
    if (now !== null && past !== null) return notebookSummary(past.cells, now.cells);
  }
  const text = textOfFile(after);
  const past = before === null ? '' : textOfFile(before);
  return text === null || past === null ? null : textSummary(past, text);
}

function notebookSummary(...cells: Parameters<typeof cellDifference>): ChangeSummary {
  const counts = { added: 0, removed: 0, changed: 0, moved: 0, outputs: 0 };
  for (const difference of cellDifference(...cells)) {
    if (difference.change !== 'same') counts[difference.change] += 1;
    if (difference.change === 'added' || difference.change === 'removed') continue;
    if (difference.isMoved) counts.moved += 1;
    if (difference.hasOtherOutputs) counts.outputs += 1;
  }
  return { kind: 'notebook', ...counts };
}

/** Lines count however often they stand there, and wherever: a list in another order has no other lines. */
function textSummary(before: string, after: string): ChangeSummary {
  const balance = new Map<string, number>();
  for (const line of linesOf(after)) balance.set(line, (balance.get(line) ?? 0) + 1);
  for (const line of linesOf(before)) balance.set(line, (balance.get(line) ?? 0) - 1);
  let addedLines = 0;
  let removedLines = 0;
  for (const count of balance.values()) {
    if (count > 0) addedLines += count;
    else removedLines -= count;
  }
  return { kind: 'text', addedLines, removedLines };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** null for what is no UTF-8. */
export function textOfFile(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
