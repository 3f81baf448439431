import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { attachKind } from './attach.ts';

test.each([
  [{}, {}],
  [{ connectionFile: ' kernel-12.json ' }, { connectionFile: 'kernel-12.json' }],
  [
    { connectionFile: '', runtimeFolder: '~/run' },
    { connectionFile: undefined, runtimeFolder: `${homedir()}/run` },
  ],
])('%j is read', (given, settings) => {
  expect(attachKind.schema.parse(given)).toEqual(settings);
});

test.each([
  [{ runtimeFolder: 'run' }],
  [{ connectionFile: 'a\nb' }],
  [{ connectionFile: 7 }],
  [{ other: '' }],
])('%j is refused', (settings) => {
  expect(attachKind.schema.safeParse(settings).success).toBe(false);
});
