import { expect, it } from 'vitest';
import { changesText, peopleText } from './entry-text.ts';

const nothing = { kind: 'notebook', added: 0, removed: 0, changed: 0, moved: 0, outputs: 0 } as const;
const runs = { count: 0, failed: 0 };

it('says what changed in as few words as there are changes', () => {
  expect(changesText({ changes: null, runs })).toBe('');
  expect(changesText({ changes: nothing, runs })).toBe('no cell changed');
  expect(changesText({ changes: { ...nothing, added: 1, changed: 2, outputs: 1 }, runs })).toBe(
    '1 cell added, 2 changed, 1 output renewed',
  );
  expect(changesText({ changes: { ...nothing, removed: 3 }, runs: { count: 4, failed: 1 } })).toBe(
    '3 cells removed · 4 runs, 1 failed',
  );
  expect(changesText({ changes: { kind: 'text', addedLines: 3, removedLines: 1 }, runs })).toBe('+3 −1 line');
});

it('says who it was', () => {
  const version = { id: 1, time: '', is_kept: true };
  const entry = { version: 1, time: '', since: '', runs, changes: null };
  expect(peopleText({ ...entry, people: ['ada', 'bob'], versions: [] }, { ada: 'Ada L.' })).toBe(
    'Ada L., bob',
  );
  expect(peopleText({ ...entry, people: [], versions: [{ ...version, who: null }] }, {})).toBe(
    'Another program',
  );
});
