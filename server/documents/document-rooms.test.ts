import { YNotebook } from '@jupyter/ydoc';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { NewEvent } from '../../event-log/event.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { CutEventLog } from '../../test/doubles/cut-event-log.ts';
import { DocumentClient } from '../../test/doubles/document-client.ts';
import { NOTEBOOK, openAt, roomsOn, TEXT } from '../../test/doubles/document-rooms-under-test.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import type { DocumentSource } from './document-files.ts';

const holding = (text: string) => new Map<string, DocumentSource>([['a.txt', { type: 'file', text }]]);

test('[D1] a document has one history: content comes from the file once, then from the log (I3)', async () => {
  const log = new MemoryEventLog();
  const first = await roomsOn(log, holding('one'));
  const identity = await first.identify('a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(await first.open(identity.documentId));
  expect(ada.text).toBe('one');
  ada.doc.getText('source').insert(3, ' two');
  await ada.answered();
  await first.close();
  expect(ada.end).toEqual({ reason: 'server-closing' });

  const second = await roomsOn(log, holding('something else'));
  expect(await second.identify('a.txt', TEXT)).toEqual(identity);
  const document = await second.open(identity.documentId);
  expect(document.epoch).toBe(identity.epoch);
  expect(document.ydoc.getText('source').toJSON()).toBe('one two');
  await ada.open(document);
  expect(ada.text).toBe('one two');
});

test('a file is one document, however its path is spelled (I2)', async () => {
  const rooms = await roomsOn(new MemoryEventLog(), holding('one'));
  const identity = await rooms.identify('a.txt', TEXT);
  for (const path of ['/a.txt', './a.txt', 'folder/../a.txt', '//a.txt/'])
    expect(await rooms.identify(path, TEXT)).toEqual(identity);
});

test('[D2] each loading writes under a clientID of its own (I3)', async () => {
  const log = new MemoryEventLog();
  const clients = new Set<number>();
  for (let round = 0; round < 5; round += 1) {
    const rooms = await roomsOn(log, holding('one'));
    clients.add((await openAt(rooms, 'a.txt', TEXT)).ydoc.clientID);
    await rooms.close();
  }
  expect(clients.size).toBe(5);
});

test('[D3] what one changes is told to the others, and to nobody else, once it is in the log (I1)', async () => {
  const log = new FailingEventLog();
  const document = await openAt(await roomsOn(log, holding('')), 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  const ben = await new DocumentClient('ben').open(document);
  log.hold();
  ada.doc.getText('source').insert(0, 'x');
  let isAnswered = false;
  const state = document.stateSince(new Uint8Array()).then(() => (isAnswered = true));
  await new Promise(setImmediate);
  expect([ben.text, isAnswered]).toEqual(['', false]);
  log.letGo();
  await Promise.all([ada.answered(), state]);
  expect(ben.text).toBe('x');
  expect(ada.heard).toBe(0);
});

test('[D17] what goes together with a change is in the log with it or not at all, wherever the process dies', async () => {
  const kept = (together: string): NewEvent => ({
    type: 'turn-ended',
    version: 1,
    data: { turnId: together, outcome: { type: 'done' } },
    actor: 'ada',
    causedBy: null,
    frames: [],
  });
  for (const isLastWritten of [false, true]) {
    for (let writes = 0; writes < 3; writes += 1) {
      const log = new CutEventLog();
      const rooms = await roomsOn(log, holding('one'));
      const document = await openAt(rooms, 'a.txt', TEXT);
      log.cutAfter(writes, isLastWritten);
      for (const word of ['two', 'three']) {
        const events = [kept(word)];
        const change = document.change('ada', (model) => model.setSource(word), [
          { stream: 'beside', events },
        ]);
        await change.catch(() => undefined);
      }
      await document
        .change('ada', () => undefined, [{ stream: 'beside', events: [kept('nothing')] }])
        .catch(() => undefined);
      log.mend();
      const told: string[] = [];
      for await (const { data } of log.read('beside')) told.push((data as { turnId: string }).turnId);
      const after = await openAt(await roomsOn(log, holding('one')), 'a.txt', TEXT);
      const words = told.filter((word) => word !== 'nothing');
      expect(after.ydoc.getText('source').toJSON()).toBe(words.at(-1) ?? 'one');
      expect(told).toEqual(['two', 'three', 'nothing'].slice(0, writes + (isLastWritten ? 1 : 0)));
    }
  }
});

test('[D4] what comes while an append is under way goes together into the next one', async () => {
  const log = new FailingEventLog();
  const document = await openAt(await roomsOn(log, holding('')), 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  const stream = `document:${document.documentId}`;
  const before = await log.lastSequence(stream);
  log.hold();
  for (let at = 0; at < 100; at += 1) {
    ada.doc.getText('source').insert(at, 'x');
    await Promise.resolve();
  }
  log.letGo();
  await ada.answered();
  expect((await log.lastSequence(stream)) - before).toBe(2);
});

test('[D5] a log that cannot be written ends the document with a reason, and nothing committed is lost (I1)', async () => {
  const log = new FailingEventLog();
  const rooms = await roomsOn(log, holding(''));
  const document = await openAt(rooms, 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  ada.doc.getText('source').insert(0, 'kept');
  await ada.answered();
  log.refusal = 'EVENT_LOG_DISK_FULL';
  ada.doc.getText('source').insert(4, ' and sent again');
  await expect(ada.answered()).rejects.toMatchObject({ code: 'not-recorded' });
  expect(ada.end).toMatchObject({
    reason: 'failed',
    message: expect.stringContaining('disk is full') as string,
  });
  await expect(document.change('server', () => undefined)).rejects.toMatchObject({ code: 'not-recorded' });
  log.refusal = null;
  const ben = await new DocumentClient('ben').open(await openAt(rooms, 'a.txt', TEXT));
  expect(ben.text).toBe('kept');
  await ada.open(await openAt(rooms, 'a.txt', TEXT));
  expect(ben.text).toBe('kept and sent again');
});

test('[D7] an update that builds on what is missing is not taken for stored', async () => {
  const document = await openAt(await roomsOn(new MemoryEventLog(), holding('')), 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  const other = new Y.Doc();
  const updates: Uint8Array[] = [];
  other.on('update', (update: Uint8Array) => updates.push(update));
  other.getText('source').insert(0, 'a');
  other.getText('source').insert(1, 'b');
  const [first = new Uint8Array(), second = new Uint8Array()] = updates;
  await expect(ada.membership.receive(second)).rejects.toMatchObject({ code: 'incomplete-update' });
  await ada.membership.receive(first);
  expect(document.ydoc.getText('source').toJSON()).toBe('a');
  await ada.membership.receive(second);
  expect(document.ydoc.getText('source').toJSON()).toBe('ab');
});

test('[D8] who may not write changes nothing, is told so, and hears of what others do (I7)', async () => {
  const document = await openAt(await roomsOn(new MemoryEventLog(), holding('one')), 'a.txt', TEXT);
  const viewer = new DocumentClient('viewer');
  viewer.canWrite = false;
  await viewer.open(document);
  const ada = await new DocumentClient('ada').open(document);
  viewer.doc.getText('source').insert(0, 'x');
  await expect(viewer.answered()).rejects.toMatchObject({ code: 'read-only' });
  ada.doc.getText('source').insert(3, ' two');
  await ada.answered();
  expect([ada.text, viewer.text]).toEqual(['one two', 'xone two']);
});

test('a notebook is shared with its cells', async () => {
  const cell = {
    cell_type: 'code',
    id: 'c1',
    source: '1 + 1',
    metadata: {},
    outputs: [],
    execution_count: null,
  };
  const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['n.ipynb', { type: 'notebook', notebook }]]));
  const document = await openAt(rooms, 'n.ipynb', NOTEBOOK);
  const model = document.model as YNotebook;
  expect(model.toJSON()).toMatchObject(notebook);
  expect(model.getState('path')).toBe('n.ipynb');
  const ada = await new DocumentClient('ada', new YNotebook()).open(document);
  await document.change('server', () => model.getCell(0).setSource('2 + 2'));
  expect(ada.doc.getArray<Y.Map<unknown>>('cells').get(0).get('source')?.toString()).toBe('2 + 2');
});

test('a notebook without cells is shared with one to type in, the same for everybody', async () => {
  const notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['n.ipynb', { type: 'notebook', notebook }]]));
  const model = (await openAt(rooms, 'n.ipynb', NOTEBOOK)).model as YNotebook;
  expect(model.toJSON().cells).toMatchObject([
    { cell_type: 'code', source: '', id: expect.any(String) as string },
  ]);
});

test('two who write one execution count at once end nothing, whatever the model makes of it', async () => {
  const notebook = {
    cells: [{ cell_type: 'code', id: 'c1', source: '', metadata: {}, outputs: [], execution_count: null }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['n.ipynb', { type: 'notebook', notebook }]]));
  const document = await openAt(rooms, 'n.ipynb', NOTEBOOK);
  const people = await Promise.all(['ada', 'ben'].map((name) => new DocumentClient(name).open(document)));
  // Of two, Yjs takes the one of the higher client: here the one that comes first.
  people.forEach(({ doc }, index) => (doc.clientID = 2 - index));
  const cells = people.map(({ doc }) => doc.getArray<Y.Map<unknown>>('cells').get(0));
  cells.forEach((cell, index) => cell.set('execution_count', index + 1));
  await Promise.all(people.map((person) => person.answered()));
  expect(people.map(({ end }) => end)).toEqual([null, null]);
  const counts = cells.map((cell) => cell.get('execution_count'));
  expect(new Set([...counts, (document.model as YNotebook).cells[0]?.toJSON().execution_count]).size).toBe(1);
});

test('[D9] a document that nobody uses is unloaded, and opens again with all it had', async () => {
  const log = new MemoryEventLog();
  const rooms = await roomsOn(log, holding('one'), 0);
  const document = await openAt(rooms, 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  ada.doc.getText('source').insert(0, 'x');
  await ada.answered();
  const hold = document.hold();
  ada.leave();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([...rooms.loaded()]).toEqual([document]);
  hold.release();
  await expect.poll(() => [...rooms.loaded()]).toEqual([]);
  const again = await openAt(rooms, 'a.txt', TEXT);
  expect(again).not.toBe(document);
  expect(again.ydoc.getText('source').toJSON()).toBe('xone');
});
