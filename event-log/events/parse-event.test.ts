import { describe, expect, it } from 'vitest';
import { EventParseError, parseEvent } from './parse-event.ts';

const envelope = {
  type: 'file-deleted',
  version: 1,
  time: 5,
  actor: 'Ada',
  causedBy: null,
  data: { path: 'a' },
};

function reasonAgainst(stored: unknown): string {
  try {
    parseEvent(stored);
  } catch (error) {
    if (error instanceof EventParseError) return error.reason;
    throw error;
  }
  return 'none';
}

describe('parseEvent', () => {
  it('[A7] gives the typed event and what goes with it', () => {
    expect(parseEvent(envelope)).toEqual({
      event: { type: 'file-deleted', version: 1, data: { path: 'a' } },
      time: 5,
      actor: 'Ada',
      causedBy: null,
    });
  });

  it('[X1] refuses what no version writes', () => {
    expect(reasonAgainst(null)).toBe('invalid');
    expect(reasonAgainst({ ...envelope, time: 'now' })).toBe('invalid');
    expect(reasonAgainst({ ...envelope, actor: undefined })).toBe('invalid');
    expect(reasonAgainst({ ...envelope, version: 0 })).toBe('invalid');
    expect(reasonAgainst({ ...envelope, data: { path: 1 } })).toBe('invalid');
  });

  it('[X2] says what a newer version wrote', () => {
    expect(reasonAgainst({ ...envelope, version: 2 })).toBe('unknown');
    expect(reasonAgainst({ ...envelope, type: 'file-dreamt-of' })).toBe('unknown');
    expect(() => parseEvent({ ...envelope, version: 2 })).toThrow(/file-deleted.*version 2.*newer/);
  });

  it('[X2] makes an older version into the one of today', () => {
    const steps = new Map([['file-deleted', new Map([[0, (data: unknown) => ({ path: String(data) })]])]]);
    expect(parseEvent({ ...envelope, version: 0, data: 'a' }, steps).event).toEqual({
      type: 'file-deleted',
      version: 1,
      data: { path: 'a' },
    });
  });
});
