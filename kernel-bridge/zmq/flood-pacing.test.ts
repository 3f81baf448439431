import { describe, expect, test } from 'vitest';
import { FloodPacing } from './flood-pacing.ts';

const parent = { msg_id: '1', msg_type: 'execute_request', session: 's' };
function hear(
  pacing: FloodPacing,
  count: number,
  gap: number,
  start = 0,
  of: typeof parent | null = parent,
): number {
  let now = start;
  for (let index = 0; index < count; index++) pacing.heard(of, (now += gap));
  return now;
}

describe('FloodPacing', () => {
  test('[M1] knows a flood of one request by its rate', () => {
    const pacing = new FloodPacing();
    hear(pacing, 64, 0.2);
    expect(pacing.flooding).toBe(false);
    const now = hear(pacing, 64, 0.2, 12.8);
    expect(pacing.flooding).toBe(true);
    hear(pacing, 128, 2, now);
    expect(pacing.flooding).toBe(false);
  });

  test('[M1] never makes a new request wait', () => {
    const pacing = new FloodPacing();
    const now = hear(pacing, 200, 0.1);
    expect(pacing.flooding).toBe(true);
    pacing.heard({ ...parent }, now);
    expect(pacing.flooding).toBe(false);
  });

  test('[M1] takes many short requests for no flood, however fast they are', () => {
    const pacing = new FloodPacing();
    for (let request = 0; request < 100; request++) {
      hear(pacing, 4, 0.01, request, { ...parent });
      expect(pacing.flooding).toBe(false);
    }
    hear(pacing, 200, 0.01, 0, null);
    expect(pacing.flooding).toBe(false);
  });
});
