import { describe, expect, it } from 'vitest';
import { upcast } from './upcast.ts';
import type { Upcaster, Upcasters } from './upcast.ts';

const steps: Upcasters = new Map([
  [
    'grown',
    new Map<number, Upcaster>([
      [1, (data: unknown) => ({ old: data })],
      [2, (data: unknown) => ({ older: data })],
    ]),
  ],
]);

describe('upcast', () => {
  it('[X2] goes from any version to the newest, a step at a time', () => {
    expect(upcast({ type: 'grown', version: 1, data: 7 }, steps)).toEqual({
      type: 'grown',
      version: 3,
      data: { older: { old: 7 } },
    });
    expect(upcast({ type: 'grown', version: 2, data: 7 }, steps)).toMatchObject({
      version: 3,
      data: { older: 7 },
    });
  });

  it('[X2] leaves alone what has no step', () => {
    for (const event of [
      { type: 'grown', version: 3, data: 7 },
      { type: 'other', version: 1, data: 7 },
      { type: 'constructor', version: 1, data: 7 },
    ]) {
      expect(upcast(event, steps)).toBe(event);
    }
  });
});
