import { expect, test } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { DocumentClient } from '../../test/doubles/document-client.ts';
import { NOTEBOOK, roomsOn, TEXT } from '../../test/doubles/document-rooms-under-test.ts';
import { DocumentIndex } from './document-index.ts';
import { followDeletion, followMove } from './follow-files.ts';

test('[D15] documents go where their files and folders go, also those that nobody has open', async () => {
  const log = new MemoryEventLog();
  const index = await DocumentIndex.load(log, () => undefined);
  const one = await index.create('dir/one.txt', TEXT);
  const two = await index.create('dir/sub/two.ipynb', NOTEBOOK);
  const other = await index.create('directory.txt', TEXT);
  await followMove(index, null, 'dir', 'moved/here');
  const again = await DocumentIndex.load(log, () => undefined);
  for (const each of [index, again]) {
    expect(each.at('moved/here/one.txt', TEXT)?.documentId).toBe(one.documentId);
    expect(each.at('moved/here/sub/two.ipynb', NOTEBOOK)?.documentId).toBe(two.documentId);
    expect(each.at('dir/one.txt', TEXT)).toBeUndefined();
    expect(each.get(other.documentId)?.path).toBe('directory.txt');
  }
});

test('[D15] a deleted document ends for all, and a new file of its name is another document', async () => {
  const log = new MemoryEventLog();
  const index = await DocumentIndex.load(log, () => undefined);
  const rooms = await roomsOn(log, new Map([['a.txt', { type: 'file', text: 'x' }]]), 60_000, index);
  const { documentId } = await rooms.identify('a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(await rooms.open(documentId));
  await followDeletion(index, rooms, 'a.txt');
  expect(ada.end).toEqual({ reason: 'deleted' });
  expect(await rooms.identityOf(documentId)).toBeNull();
  await expect(rooms.open(documentId)).rejects.toMatchObject({ code: 'unknown-document' });
  expect((await rooms.identify('a.txt', TEXT)).documentId).not.toBe(documentId);
  expect(await log.lastSequence(`document:${documentId}`)).toBeGreaterThan(0);
});

test('[D15] who has a document open is told where it is now', async () => {
  const log = new MemoryEventLog();
  const index = await DocumentIndex.load(log, () => undefined);
  const rooms = await roomsOn(log, new Map([['a.txt', { type: 'file', text: 'x' }]]), 60_000, index);
  const document = await rooms.open((await rooms.identify('a.txt', TEXT)).documentId);
  const ada = await new DocumentClient('ada').open(document);
  await followMove(index, rooms, 'a.txt', 'b.txt');
  expect(ada.paths).toEqual(['b.txt']);
  expect(ada.doc.getMap('state').get('path')).toBe('b.txt');
  expect(rooms.loadedAt('b.txt')).toBe(document);
  expect(rooms.loadedAt('a.txt')).toBeNull();
});

test('the index is listed anew before it grows without end, and says the same', async () => {
  const log = new MemoryEventLog();
  const index = await DocumentIndex.load(log, () => undefined);
  const { documentId } = await index.create('a.txt', TEXT);
  for (let round = 0; round < 3000; round += 1)
    await index.synced(documentId, { sha256: String(round), inode: '1:2' });
  const again = await DocumentIndex.load(log, () => undefined);
  expect([...again.all()]).toEqual([...index.all()]);
  let events = 0;
  for await (const event of log.read('documents')) events += event.sequence > 0 ? 1 : 0;
  expect(events).toBeLessThan(1100);
});
