import { expect, test } from 'vitest';
import { executeRequest } from './run-messages.ts';

test.each([
  [{}, undefined],
  [{ host: 'page' }, { host: 'page' }],
  [
    { kernel: 'html', host: 'page' },
    { kernel: 'html', host: 'page' },
  ],
])('a run of a cell says what was chosen for it, and which page asked: %j', (asked, ours) => {
  const run = { runId: 'r', cellId: 'c', code: '1', actor: 'ada', recordsTiming: false };
  const { frames } = executeRequest({ ...run, ...asked });
  const metadata = JSON.parse(Buffer.from(frames[2] ?? '').toString()) as Record<string, unknown>;
  expect(metadata['in_the_loop']).toEqual(ours);
});
