import { describe, expect, test } from 'vitest';
import { bothVersionsOf, fileProblemOf, restartOf } from './file-note.ts';

const state = (entries: Record<string, unknown>) => new Map(Object.entries(entries));
const time = '2026-11-21T10:00:00.000Z';
const everywhere = () => true;

describe('what the server says of a file', () => {
  test('is a problem with a sentence, or none', () => {
    expect(fileProblemOf(state({}))).toBeNull();
    expect(fileProblemOf(state({ file: 'missing', file_message: 'It is gone.' }))).toEqual({
      kind: 'missing',
      message: 'It is gone.',
    });
  });

  test.each([{ file: 'other' }, { file: 3, file_message: {} }, { file_message: 'alone' }])(
    'is no problem where others wrote %j',
    (entries) => expect(fileProblemOf(state(entries))).toBeNull(),
  );
});

test('a document that had to go on from its file says since when', () => {
  expect(restartOf(state({ restarted: { time } }))).toEqual(new Date(time));
  for (const restarted of [undefined, null, 'now', {}, { time: 3 }, { time: 'once' }])
    expect(restartOf(state({ restarted }))).toBeNull();
});

describe('cells that have both versions', () => {
  const conflicts = {
    time,
    places: [
      { cell_id: 'a', what: ['source', 'outputs'] },
      { cell_id: 'b', what: ['outputs'] },
      { cell_id: null, what: ['metadata'] },
      { cell_id: 'c', what: ['deleted'] },
    ],
  };

  test('are those whose text was changed on both sides, and those that were also deleted', () => {
    expect(bothVersionsOf(state({ conflicts }), 'notebook', everywhere)).toEqual({
      time,
      cells: [
        { id: 'a', wasDeleted: false },
        { id: 'c', wasDeleted: true },
      ],
    });
  });

  test('are none that are gone', () => {
    expect(bothVersionsOf(state({ conflicts }), 'notebook', (id) => id === 'c')?.cells).toHaveLength(1);
    expect(bothVersionsOf(state({ conflicts }), 'notebook', () => false)).toBeNull();
  });

  test('are told of a text as a whole', () => {
    const inText = { time, places: [{ cell_id: null, what: ['source'] }] };
    expect(bothVersionsOf(state({ conflicts: inText }), 'file', everywhere)).toEqual({ time, cells: [] });
    expect(bothVersionsOf(state({ conflicts: inText }), 'notebook', everywhere)).toBeNull();
  });

  test.each([undefined, 'x', { time }, { time: 3, places: [] }, { time, places: [1, { what: 'source' }] }])(
    'are none where others wrote %j',
    (written) => expect(bothVersionsOf(state({ conflicts: written }), 'notebook', everywhere)).toBeNull(),
  );
});
