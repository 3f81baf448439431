import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryBlobStore } from '../../event-log/memory-blob-store.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { MOST_KEPT_BYTES, VersionKeeper } from './version-keeper.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let folder: string;
let file: string;
let aside: string;
let blobs: MemoryBlobStore;
let log: MemoryEventLog;
let warnings: string[];
let keeper: VersionKeeper;

const open = (): Promise<VersionKeeper> =>
  VersionKeeper.open({
    blobs,
    log,
    asideDirectory: aside,
    budgetBytes: 1e9,
    warn: (message) => warnings.push(message),
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'itl-versions-'));
  [file, aside] = [join(folder, 'a.txt'), join(folder, 'aside')];
  [blobs, log, warnings] = [new MemoryBlobStore(), new MemoryEventLog(), []];
  keeper = await open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await keeper.close();
  rmSync(folder, { recursive: true });
});

/** As the contents store replaces a file. */
async function save(text: string, inPlace = false): Promise<void> {
  if (existsSync(file)) await keeper.keep('a.txt', file, statSync(file), inPlace);
  if (inPlace) writeFileSync(file, text);
  else {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }
  await keeper.saved(file, sha256(text));
}

const isKept = (text: string): Promise<boolean> => blobs.has(sha256(text));

it('I6 keeps what another program wrote before it is replaced, and notes it', async () => {
  writeFileSync(file, 'theirs');
  await save('ours');
  expect(await isKept('theirs')).toBe(true);
  const events: unknown[] = [];
  for await (const { type, data } of log.read('files')) events.push([type, data]);
  expect(events).toEqual([['file-found', { path: 'a.txt', size: 6, sha256: sha256('theirs') }]]);
});

it.each([false, true])('I6 keeps each of several quick saves (in place: %s)', async (inPlace) => {
  const texts = ['one', 'three', 'fifteen', 'and more'];
  for (const text of texts) await save(text, inPlace);
  await keeper.settle();
  for (const text of texts) expect(await isKept(text), text).toBe(true);
  expect(readdirSync(aside)).toEqual([]);
});

it('I6 has what was replaced even if it is killed before it could pack it', async () => {
  await save('one');
  await save('two');
  expect(await isKept('one')).toBe(false);
  expect(readdirSync(aside)).toEqual([sha256('one')]);
  const next = await open(); // Nothing of the first one's memory is used.
  await next.settle();
  expect(await isKept('one')).toBe(true);
  await next.close();
});

it('keeps what another program wrote over a save that is not packed yet', async () => {
  await save('one');
  writeFileSync(file, 'theirs, longer');
  await keeper.settle();
  await save('two');
  expect(await isKept('theirs, longer')).toBe(true);
  expect(warnings).toEqual([]);
});

it('follows a file that is renamed before it was packed', async () => {
  await save('one');
  renameSync(file, `${file}2`);
  await keeper.settle();
  renameSync(`${file}2`, file);
  await save('two');
  expect(await isKept('one')).toBe(true);
});

it('leaves out what is too large, and says so', async () => {
  writeFileSync(file, '');
  truncateSync(file, MOST_KEPT_BYTES + 1);
  await save('small');
  expect(warnings.join()).toMatch(/a\.txt is larger than 64 MB/);
});

it('says that a version could not be kept, and does not stop the save', async () => {
  vi.spyOn(blobs, 'put').mockRejectedValue(new Error('no room'));
  writeFileSync(file, 'theirs');
  await save('ours');
  await keeper.settle();
  expect(warnings.filter((warning) => warning.includes('no room'))).toHaveLength(2);
});

it('has the hash read where it is not given', async () => {
  writeFileSync(file, 'checkpoint');
  expect(await keeper.saved(file, null)).toBe(sha256('checkpoint'));
  expect(await isKept('checkpoint')).toBe(true);
});
