import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DocumentBases } from './document-bases.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bases-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

test('[B1] what was put is there for another process, newest last', async () => {
  const bases = new DocumentBases(directory);
  await bases.put('d', { sha256: hashOf('one'), vector: new Uint8Array([1, 2]), bytes: Buffer.from('one') });
  await new Promise((done) => setTimeout(done, 2)); // the order is told by the clock
  await bases.put('d', { sha256: hashOf('two'), vector: null, bytes: Buffer.from('two') });
  const again = new DocumentBases(directory);
  expect((await again.list('d')).map(({ sha256, vector }) => [sha256, vector])).toEqual([
    [hashOf('one'), new Uint8Array([1, 2])],
    [hashOf('two'), null],
  ]);
  expect(String(await again.bytes('d', hashOf('one')))).toBe('one');
  await again.keepOnly('d', [hashOf('two')]);
  expect(await again.bytes('d', hashOf('one'))).toBeNull();
  expect(await again.list('another')).toEqual([]);
});

test('[B1] what is torn counts as not there', async () => {
  const bases = new DocumentBases(directory);
  await bases.put('d', { sha256: hashOf('one'), vector: null, bytes: Buffer.from('one') });
  const [name] = await readdir(join(directory, 'd'));
  await writeFile(join(directory, 'd', name!), '{"sha256":"');
  expect(await bases.list('d')).toEqual([]);
});
