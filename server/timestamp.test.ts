import { expect, test } from 'vitest';
import { jupyterTimestamp } from './timestamp.ts';

test('has six digits of a second, in UTC', () => {
  expect(jupyterTimestamp(1_795_245_500_123)).toBe('2026-11-21T07:18:20.123000Z');
  expect(jupyterTimestamp(new Date(0))).toBe('1970-01-01T00:00:00.000000Z');
});
