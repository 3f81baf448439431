import { expect, it } from 'vitest';
import { ChatError } from './chat-error.ts';
import { retryDelay } from './retry-delay.ts';

const limits = { retries: 4, longestDelay: 5_000 };
const busy = new ChatError('server-failed', 'busy');
const limited = (retryAfter: number): ChatError => new ChatError('rate-limited', 'slowly', { retryAfter });

it('waits longer each time, up to a longest wait, in the upper half of it', () => {
  const longest = [0, 1, 2, 3].map((failures) => retryDelay(busy, failures, () => 1, limits));
  expect(longest).toEqual([1_000, 2_000, 4_000, 5_000]);
  expect(retryDelay(busy, 1, () => 0, limits)).toBe(1_000);
});

it('does not come back before the provider wants it, nor at all where that is too long', () => {
  expect(retryDelay(limited(3_000), 0, () => 0, limits)).toBe(3_000);
  expect(retryDelay(limited(5_001), 0, () => 0, limits)).toBeNull();
});

it('gives up on what waiting does not mend, and after too many failures', () => {
  expect(retryDelay(new ChatError('bad-key', 'no'), 0, () => 0.5, limits)).toBeNull();
  expect(retryDelay(busy, 4, () => 0.5, limits)).toBeNull();
});
