import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'event-log/**/*.test.ts',
      'kernel-bridge/**/*.test.ts',
      'ai-agent/**/*.test.ts',
      'lab-extension/src/**/*.test.ts',
      'server/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
