import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { onlyStock } from './both-servers.ts';
import type { Deviation } from './deviation.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What was seen of ours is what was seen of the stock server, field by field, but where we deviate on purpose. */
export function expectSame(stock: Fields, ours: Fields, deviation?: Deviation): void {
  const expected: Record<string, unknown> = { ...stock };
  const got: Record<string, unknown> = { ...ours };
  for (const [field, value] of Object.entries(onlyStock ? {} : (deviation?.ours ?? {}))) {
    expect(got[field], `no deviation any more, take it off: ${field}`).not.toEqual(expected[field]);
    if (value === undefined) delete expected[field];
    else expected[field] = value;
  }
  // Only what differs is shown: a whole answer would bury it.
  const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
  for (const field of names) {
    if (!isDeepStrictEqual(got[field], expected[field])) continue;
    delete expected[field];
    delete got[field];
  }
  expect(got).toEqual(expected);
}
