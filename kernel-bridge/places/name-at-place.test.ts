import { expect, test } from 'vitest';
import { nameAtPlace } from './name-at-place.ts';

test.each([
  ['cluster.python3', 'cluster', 'python3'],
  ['cluster.cluster.x', 'cluster', 'cluster.x'],
  ['python3.11', undefined, 'python3.11'],
  ['python3', 'cluster', 'python3'],
])('%s of the place %s is %s there', (name, place, there) => {
  expect(nameAtPlace({ name, ...(place !== undefined && { place }) })).toBe(there);
});
