import { expect, test } from 'vitest';
import type { SharedDocument } from '../shared-document.ts';
import { CommonContent } from './common-content.ts';
import type { DocumentBases } from './document-bases.ts';
import type { FileFormat } from './file-format.ts';

test('[B3] what another program wrote soon after a save is merged on what it is nearest to, however late it is noticed', async () => {
  const contents = new Map(['one', 'one two'].map((text) => [text, Buffer.from(text)]));
  const bases = {
    bytes: (_: string, sha256: string) => Promise.resolve(contents.get(sha256) ?? null),
    keepOnly: () => Promise.resolve(),
  } as unknown as DocumentBases;
  const format = {
    parse: (bytes: Buffer) => Promise.resolve({ parsed: bytes.toString(), form: null }),
    distance: (one: string, other: string) => Math.abs(one.length - other.length),
  } as unknown as FileFormat<unknown>;
  let now = 0;
  const common = new CommonContent({ documentId: 'a' } as SharedDocument, format, {
    bases,
    synced: () => Promise.resolve(),
    now: () => now,
  });
  await common.set('one', null, null, 'server');
  now = 100_000;
  await common.set('one two', null, null, 'server');
  // Looked at a minute later, for the machine was busy.
  now = 160_000;
  expect(await common.baseOf('one', 100_500)).toBe('one');
  expect(await common.baseOf('one', 99_900)).toBe('one');
  // Written when everybody could know of the save; or put back with the time that it had.
  expect(await common.baseOf('one', 106_000)).toBe('one two');
  expect(await common.baseOf('one', 50_000)).toBe('one two');
});

test('[B3] what another program has replaced and puts back has no base that anybody knows', async () => {
  const contents = new Map(['one', 'one two'].map((text) => [text, Buffer.from(text)]));
  const bases = {
    bytes: (_: string, sha256: string) => Promise.resolve(contents.get(sha256) ?? null),
    keepOnly: () => Promise.resolve(),
  } as unknown as DocumentBases;
  const format = {
    parse: (bytes: Buffer) => Promise.resolve({ parsed: bytes.toString(), form: null }),
    distance: (one: string, other: string) => Math.abs(one.length - other.length),
  } as unknown as FileFormat<unknown>;
  const common = new CommonContent({ documentId: 'a' } as SharedDocument, format, {
    bases,
    synced: () => Promise.resolve(),
    now: () => 100_000,
  });
  await common.set('one two', null, null, 'server');
  await common.set('one', null, null, 'other');
  expect(await common.baseOf('one two', 100_500)).toBeNull();
  expect(await common.baseOf('one.', 100_500)).toBe('one');
});
