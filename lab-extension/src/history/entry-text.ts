import type { ChangeSummary } from '../../../server/wire/change-summary.ts';
import type { HistoryEntry } from './history-client.ts';

/** What people are called, by their user names. */
export type Names = Readonly<Record<string, string>>;

/** Who: `Ada, Bob`; what no person wrote came from elsewhere. */
export function peopleText({ people, versions }: HistoryEntry, names: Names): string {
  if (people.length > 0) return people.map((who) => names[who] ?? who).join(', ');
  return versions.some(({ who }) => who !== null) ? 'The server' : 'Another program';
}

/** When, in the person's own terms: today's by the clock, older ones with their day. */
export function timeText({ time }: Pick<HistoryEntry, 'time'>, now: Date): string {
  const date = new Date(time);
  const clock = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === now.toDateString()) return `Today ${clock}`;
  const isThisYear = date.getFullYear() === now.getFullYear();
  const day = date.toLocaleDateString([], {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  });
  return `${day}, ${clock}`;
}

/** What: `1 cell added, 2 changed · 4 runs, 1 failed`; empty where nothing is known. */
export function changesText({ changes, runs }: Pick<HistoryEntry, 'changes' | 'runs'>): string {
  const parts = changes === null ? [] : [summaryText(changes)];
  if (runs.count > 0)
    parts.push(`${counted(runs.count, 'run')}${runs.failed > 0 ? `, ${runs.failed} failed` : ''}`);
  return parts.filter((part) => part !== '').join(' · ');
}

function summaryText(changes: ChangeSummary): string {
  if (changes.kind === 'text') {
    const { addedLines, removedLines } = changes;
    if (addedLines + removedLines === 0) return 'no line added or removed';
    return `+${addedLines} −${counted(removedLines, 'line')}`;
  }
  const { added, removed, changed, moved, outputs } = changes;
  const cells = [
    [added, 'added'],
    [removed, 'removed'],
    [changed, 'changed'],
    [moved, 'moved'],
  ] as const;
  const told = cells
    .filter(([count]) => count > 0)
    .map(([count, word], place) => `${place === 0 ? counted(count, 'cell') : count} ${word}`);
  if (outputs > 0) told.push(`${counted(outputs, 'output')} renewed`);
  return told.length === 0 ? 'no cell changed' : told.join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
