import { describe, expect, test } from 'vitest';
import type { SyncState } from '../tokens.ts';
import { syncView, type SyncSituation } from './sync-view.ts';

const usual: SyncSituation = {
  connection: {
    kind: 'connected',
    server: 's',
    person: { username: 'me', name: 'Me', color: '#000' } as never,
  },
  current: null,
  states: [],
  keptPages: { kind: 'kept' },
  storageProblem: null,
  forks: 0,
};
const since = new Date('2026-11-21T10:00:00Z');
const showing = (state: SyncState, more: Partial<SyncSituation> = {}) =>
  syncView({ ...usual, current: { path: 'a.ipynb', state, file: null }, states: [state], ...more });

describe('what is told of where the work is', () => {
  test.each<[SyncState, string, boolean]>([
    [{ kind: 'saved' }, 'Saved', false],
    [{ kind: 'unsaved' }, 'Saving…', false],
    [{ kind: 'syncing', unsentChanges: 2 }, 'Syncing…', false],
    [{ kind: 'offline', unsentChanges: 0 }, '⚠ Offline', true],
    [{ kind: 'offline', unsentChanges: 1 }, '⚠ Offline: 1 unsent change', true],
    [{ kind: 'offline', unsentChanges: 7 }, '⚠ Offline: 7 unsent changes', true],
    [{ kind: 'read-only' }, 'Read-only', false],
    [
      { kind: 'failed', message: 'The disk is full', unsentChanges: 2 },
      '⚠ Cannot be saved: 2 unsent changes',
      true,
    ],
  ])('%j is “%s”', (state, text, isWarning) => {
    expect(showing(state)).toMatchObject({ text, isWarning });
  });

  test('says why something cannot be saved, and where it is meanwhile', () => {
    const state: SyncState = { kind: 'failed', message: 'The disk is full', unsentChanges: 2 };
    expect(showing(state).sentences[0]).toBe(
      '“a.ipynb” cannot be saved: The disk is full. It is tried again; until then, what was typed is kept in this browser.',
    );
    expect(showing(state, { storageProblem: { kind: 'full' } }).sentences[0]).toContain('on this page alone');
  });

  test.each(['saved', 'unsaved'] as const)(
    'warns that a document is not in its file, also where it is %s',
    (kind) => {
      const of = (problem: 'missing' | 'unreadable' | 'not-saved', message: string) =>
        showing(
          { kind },
          { current: { path: 'a.ipynb', state: { kind }, file: { kind: problem, message } } },
        );
      expect(of('missing', '')).toMatchObject({ text: '⚠ File deleted on disk', isWarning: true });
      expect(of('unreadable', 'no JSON').sentences[1]).toContain('(no JSON)');
      expect(of('not-saved', 'The disk is full.').sentences.slice(0, 2)).toEqual([
        'All of “a.ipynb” is in the server’s log: nothing of it is lost.',
        'The disk is full.',
      ]);
    },
  );

  test('warns that a browser without room or permission loses what was not sent', () => {
    const { sentences } = showing({ kind: 'saved' }, { storageProblem: { kind: 'full' } });
    expect(sentences.at(-1)).toContain('lost when you close this page');
  });

  test('says where JupyterLab opens without the server', () => {
    expect(syncView({ ...usual, keptPages: { kind: 'insecure' } }).sentences.at(-1)).toContain(
      'on https and on localhost only',
    );
  });

  test('speaks of the server where no document is looked at, with all that is not sent', () => {
    expect(syncView(usual).text).toBe('Server: connected');
    const states: SyncState[] = [
      { kind: 'offline', unsentChanges: 2 },
      { kind: 'offline', unsentChanges: 3 },
    ];
    expect(syncView({ ...usual, connection: { kind: 'reconnecting', since }, states })).toMatchObject({
      text: '⚠ Server: not reachable: 5 unsent changes',
      isWarning: true,
    });
    expect(syncView({ ...usual, states: [{ kind: 'failed', message: '', unsentChanges: 0 }] }).text).toBe(
      '⚠ A document cannot be saved',
    );
  });

  test('asks to reload a page that is too old, and to review what was not merged', () => {
    expect(showing({ kind: 'saved' }, { connection: { kind: 'outdated' } }).text).toBe('⚠ Reload this page');
    expect(showing({ kind: 'saved' }, { forks: 2 })).toMatchObject({
      text: 'Saved · 2 to review',
      isWarning: true,
    });
  });
});
