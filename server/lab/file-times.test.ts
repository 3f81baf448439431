import type { BigIntStats } from 'node:fs';
import { expect, test } from 'vitest';
import { fileTimes } from './file-times.ts';

// Observed with jupyterlab_server, whose times go through a floating-point number.
test.each([
  [1795250373975337123n, '2026-11-21T08:39:33.975337+00:00'],
  [1795250373000000000n, '2026-11-21T08:39:33+00:00'],
  [1795250373999999999n, '2026-11-21T08:39:34+00:00'],
  [1795250373000001000n, '2026-11-21T08:39:33.000001+00:00'],
  [0n, '1970-01-01T00:00:00+00:00'],
])('%d ns is %s', (nanoseconds, time) => {
  const stats = { mtimeNs: nanoseconds, ctimeNs: 0n } as BigIntStats;
  expect(fileTimes(stats)).toEqual({ last_modified: time, created: '1970-01-01T00:00:00+00:00' });
});
