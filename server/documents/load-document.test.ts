import { expect, test } from 'vitest';
import { DamagedEventLog } from '../../test/doubles/damaged-event-log.ts';
import { DocumentClient } from '../../test/doubles/document-client.ts';
import { openAt, roomsOn, TEXT } from '../../test/doubles/document-rooms-under-test.ts';
import type { DocumentSource } from './document-files.ts';
import { DocumentIndex } from './document-index.ts';
import { DocumentLog } from './document-log.ts';

const textIn = (text: string) => new Map<string, DocumentSource>([['a.txt', { type: 'file', text }]]);

/** A document with a history of five events: its state, its path, and what Ada typed. */
async function typedIn(log: DamagedEventLog) {
  const rooms = await roomsOn(log, textIn('one'));
  const document = await openAt(rooms, 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  for (const text of [' two', ' three', ' four']) {
    ada.doc.getText('source').insert(ada.text.length, text);
    await ada.answered();
  }
  // The server was killed: at its end it would have compacted.
  const { documentId, epoch } = document;
  const stream = `document:${documentId}`;
  return { documentId, epoch, stream, last: await log.lastSequence(stream) };
}

test('[D18] a document whose history is damaged goes on from its file under another epoch, and nothing of it is removed (I3, I6)', async () => {
  const log = new DamagedEventLog();
  const { documentId, epoch, stream, last } = await typedIn(log);
  log.damage(stream, last - 1);
  const before = await log.storedBytes(stream);
  const rooms = await roomsOn(log, textIn('one two three'));
  const document = await rooms.open(documentId);
  expect(document.epoch).not.toBe(epoch);
  expect(document.ydoc.getText('source').toJSON()).toBe('one two three');
  expect(document.model.getState('restarted')).toHaveProperty('time');
  expect(await log.storedBytes(stream)).toBe(before);
  const ben = await new DocumentClient('ben').open(document);
  ben.doc.getText('source').insert(0, 'zero ');
  await ben.answered();
  await rooms.close();
  const again = await (await roomsOn(log, textIn('something else'))).open(documentId);
  expect([again.epoch, again.ydoc.getText('source').toJSON()]).toEqual([
    document.epoch,
    'zero one two three',
  ]);
});

test('[D18] so does one in whose history an update is missing on which others build', async () => {
  const log = new DamagedEventLog();
  const { documentId, epoch, stream } = await typedIn(log);
  const { updates } = await new DocumentLog(log, stream).read();
  await log.trim(stream, await log.lastSequence(stream));
  const frames = updates.filter((_, place) => place !== updates.length - 2);
  await log.append(stream, [
    { type: 'document-updated', version: 1, data: {}, actor: 'ada', causedBy: null, frames },
  ]);
  const document = await (await roomsOn(log, textIn('saved'))).open(documentId);
  expect([document.epoch === epoch, document.ydoc.getText('source').toJSON()]).toEqual([false, 'saved']);
});

test('[D18] a damaged history is not given up where there is no file to go on from', async () => {
  const log = new DamagedEventLog();
  const { documentId, epoch, stream, last } = await typedIn(log);
  log.damage(stream, last);
  const gone = await roomsOn(log, new Map());
  await expect(gone.open(documentId)).rejects.toMatchObject({ code: 'damaged' });
  expect(await gone.identityOf(documentId)).toMatchObject({ epoch });
  const back = await (await roomsOn(log, textIn('put back'))).open(documentId);
  expect(back.ydoc.getText('source').toJSON()).toBe('put back');
});

test('[D18] which documents there are is known but for what is damaged, and that is said once', async () => {
  const log = new DamagedEventLog();
  const index = await DocumentIndex.load(log, () => undefined);
  const records = [];
  for (const path of ['a.txt', 'b.txt', 'c.txt']) records.push(await index.create(path, TEXT));
  log.damage('documents', 2);
  const said: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const again = await DocumentIndex.load(log, (message) => said.push(message));
    expect([...again.all()]).toEqual([records[0], records[2]]);
  }
  expect(said).toHaveLength(1);
});
