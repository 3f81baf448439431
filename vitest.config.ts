import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 30_000, hookTimeout: 60_000 };
/** These wait for kernels and clocks for much of their time: vitest's own choice leaves a processor unused. */
const waiting = { ...limits, maxWorkers: availableParallelism() };

// The names are those of the groups that `npm test` runs one after the other (server/setup/test-groups.mjs).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...waiting,
          name: 'unit',
          include: [
            '{event-log,kernel-bridge,ai-agent,server}/**/*.test.ts',
            'lab-extension/src/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...waiting,
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/long/**', 'test/places/**'],
        },
      },
      {
        test: {
          ...limits,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          // Each file has a browser, a server and kernels, which take two processors between them.
          maxWorkers: Math.max(1, Math.floor(availableParallelism() / 2)),
        },
      },
      {
        test: {
          name: 'places',
          include: ['test/places/**/*.test.ts'],
          // Clusters and gateways on the loopback: each file starts its own, which are slow beside another.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
