import { describe, expect, it } from 'vitest';
import type { KnownVersion, PastRun } from './history-sources.ts';
import { Timeline } from './timeline.ts';

const MINUTE = 60_000;
const notebook = (...sources: string[]): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 4,
    metadata: {},
    cells: sources.map((source, place) => ({ id: `c${place}`, cell_type: 'code', source, outputs: [] })),
  });

function timelineOf(
  saves: readonly { readonly at: number; readonly by: string | null; readonly text: string | null }[],
  runs: readonly PastRun[] = [],
): Timeline {
  const versions = saves.map(({ at, by, text }, index): KnownVersion => ({
    id: index + 1,
    time: at * MINUTE,
    actor: by,
    size: text?.length ?? 0,
    sha256: String(index),
  }));
  const textOf = ({ id }: KnownVersion): string | null => saves[id - 1]?.text ?? null;
  return new Timeline({
    versions: {
      known: () => Promise.resolve(versions),
      isKept: (version) => Promise.resolve(textOf(version) !== null),
      content: (version) =>
        Promise.resolve(textOf(version) === null ? null : Buffer.from(textOf(version) ?? '')),
    },
    deeds: {
      runs: () => Promise.resolve(runs),
      edits: () => Promise.resolve([]),
    },
    nameOf: (username) => username.toUpperCase(),
  });
}
const page = { before: null, limit: 20 };

describe('Timeline', () => {
  it('shows what was saved in one go as one entry, with everybody who took part', async () => {
    const timeline = timelineOf(
      [
        { at: 1, by: 'ada', text: notebook('a') },
        { at: 60, by: 'ada', text: notebook('a', 'b') },
        { at: 61, by: 'bob', text: notebook('a2', 'b') },
      ],
      [{ time: 61.5 * MINUTE, actor: 'eve', failed: true }],
    );
    const { entries, names, next } = await timeline.page('n.ipynb', page);
    expect(next).toBeNull();
    expect(names).toEqual({ ada: 'ADA', bob: 'BOB', eve: 'EVE' });
    expect(entries).toMatchObject([
      {
        version: 3,
        people: ['ada', 'bob', 'eve'],
        runs: { count: 1, failed: 1 },
        changes: { kind: 'notebook', added: 1, removed: 0, changed: 1, moved: 0, outputs: 0 },
        versions: [{ id: 3 }, { id: 2 }],
      },
      { version: 1, people: ['ada'], changes: { kind: 'notebook', added: 1 } },
    ]);
  });

  it('gives what was done to the save that has it, not to what that save found on disk', async () => {
    const timeline = timelineOf(
      [
        { at: 1, by: null, text: notebook('theirs') },
        { at: 2, by: 'ada', text: notebook('ours') },
      ],
      [
        { time: 0.5 * MINUTE, actor: 'bob', failed: false },
        { time: 0.6 * MINUTE, actor: 'server', failed: false },
      ],
    );
    const { entries } = await timeline.page('n.ipynb', page);
    expect(entries.map(({ people }) => people)).toEqual([['ada', 'bob'], []]);
  });

  it('lets what another program wrote stand alone, and says nothing of what is no longer kept', async () => {
    const timeline = timelineOf([
      { at: 1, by: 'ada', text: null },
      { at: 2, by: null, text: 'one\ntwo\n' },
      { at: 3, by: 'ada', text: 'one\nthree\n' },
    ]);
    const { entries } = await timeline.page('notes.txt', page);
    expect(entries).toMatchObject([
      { version: 3, changes: { kind: 'text', addedLines: 1, removedLines: 1 } },
      { version: 2, people: [], changes: null },
      { version: 1, changes: null, versions: [{ is_kept: false }] },
    ]);
  });

  it('gives pages that follow on each other', async () => {
    const timeline = timelineOf(
      [0, 60, 120, 180, 240].map((at) => ({ at, by: 'ada', text: notebook(`at ${at}`) })),
    );
    const first = await timeline.page('n.ipynb', { before: null, limit: 2 });
    const second = await timeline.page('n.ipynb', { before: first.next, limit: 2 });
    const third = await timeline.page('n.ipynb', { before: second.next, limit: 2 });
    const ids = [first, second, third].map(({ entries }) => entries.map(({ version }) => version));
    expect(ids).toEqual([[5, 4], [3, 2], [1]]);
    expect(third.next).toBeNull();
    expect(second.entries.at(-1)?.changes).toMatchObject({ changed: 1, added: 0 });
  });
});
