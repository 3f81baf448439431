import type { YNotebook } from '@jupyter/ydoc';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import type { DocumentEnd, Participant, SharedDocument } from '../shared-document.ts';
import type { DocumentSource } from './document-files.ts';
import { DocumentIndex } from './document-index.ts';
import { DocumentRooms } from './document-rooms.ts';

const NOTEBOOK = { type: 'notebook', format: 'json' } as const;
const TEXT = { type: 'file', format: 'text' } as const;

test('a document has one history: content comes from the file once, then from the log (I3)', async () => {
  const log = new MemoryEventLog();
  const files = new Map<string, DocumentSource>([['a.txt', { type: 'file', text: 'one' }]]);
  const first = await roomsOn(log, files);
  const identity = await first.identify('a.txt', TEXT);
  const person = new Person(await first.open(identity.documentId));
  await person.sync();
  expect(person.text).toBe('one');
  await person.type(3, ' two');
  await first.close();

  files.set('a.txt', { type: 'file', text: 'something else' });
  const second = await roomsOn(log, files);
  expect(await second.identify('a.txt', TEXT)).toEqual(identity);
  const document = await second.open(identity.documentId);
  expect(document.epoch).toBe(identity.epoch);
  const text = document.ydoc.getText('source');
  expect(text.toJSON()).toBe('one two');
  const again = new Person(document, person.doc);
  await again.sync();
  expect(again.text).toBe('one two');
});

test('what one changes is told to the others once it is in the log (I1)', async () => {
  const log = new FailingEventLog();
  const rooms = await roomsOn(log, new Map([['a.txt', { type: 'file', text: '' }]]));
  const document = await rooms.open((await rooms.identify('a.txt', TEXT)).documentId);
  const [ada, ben] = [new Person(document), new Person(document)];
  await ada.sync();
  await ben.sync();
  log.hold();
  const typed = ada.type(0, 'x');
  const state = document.stateSince(new Uint8Array());
  await new Promise(setImmediate);
  expect(ben.text).toBe('');
  log.letGo();
  await typed;
  expect(ben.text).toBe('x');
  expect(ada.heard).toBe(0);
  await state;
});

test('a log that cannot be written ends the document with a reason, and nothing committed is lost (I1)', async () => {
  const log = new FailingEventLog();
  const rooms = await roomsOn(log, new Map([['a.txt', { type: 'file', text: '' }]]));
  const { documentId } = await rooms.identify('a.txt', TEXT);
  const ada = new Person(await rooms.open(documentId));
  await ada.sync();
  await ada.type(0, 'kept');
  log.refusal = 'EVENT_LOG_DISK_FULL';
  await expect(ada.type(4, ' and lost')).rejects.toMatchObject({ code: 'not-recorded' });
  expect(ada.end).toMatchObject({
    reason: 'failed',
    message: expect.stringContaining('disk is full') as string,
  });
  log.refusal = null;
  const again = new Person(await rooms.open(documentId));
  await again.sync();
  expect(again.text).toBe('kept');
  await again.catchUpFrom(ada);
  expect(again.text).toBe('kept and lost');
});

test('an update that is no update changes nothing', async () => {
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['a.txt', { type: 'file', text: 'one' }]]));
  const document = await rooms.open((await rooms.identify('a.txt', TEXT)).documentId);
  const ada = new Person(document);
  await ada.sync();
  const before = await document.stateSince(new Uint8Array());
  for (const bytes of [[], [1], [1, 1], [255, 255, 255], [1, 1, 5, 0, 4, 1]]) {
    await expect(ada.membership.receive(Uint8Array.from(bytes))).rejects.toMatchObject({
      code: 'malformed-update',
    });
  }
  expect(await document.stateSince(new Uint8Array())).toEqual(before);
  expect(ada.end).toBeNull();
});

test('an update that builds on what is missing is not taken for stored', async () => {
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['a.txt', { type: 'file', text: '' }]]));
  const document = await rooms.open((await rooms.identify('a.txt', TEXT)).documentId);
  const ada = new Person(document);
  await ada.sync();
  const missing = ada.typeWithoutTelling(0, 'a');
  const update = ada.typeWithoutTelling(1, 'b');
  await expect(ada.membership.receive(update)).rejects.toMatchObject({ code: 'incomplete-update' });
  await ada.membership.receive(missing);
  expect(document.ydoc.getText('source').toJSON()).toBe('a');
});

test('a notebook is shared with its cells', async () => {
  const notebook = {
    cells: [
      { cell_type: 'code', id: 'c1', source: '1 + 1', metadata: {}, outputs: [], execution_count: null },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['n.ipynb', { type: 'notebook', notebook }]]));
  const document = await rooms.open((await rooms.identify('n.ipynb', NOTEBOOK)).documentId);
  const model = document.model as YNotebook;
  expect(model.toJSON()).toMatchObject(notebook);
  expect(model.getState('path')).toBe('n.ipynb');
  const ada = new Person(document);
  await ada.sync();
  await document.change('server', () => model.getCell(0).setSource('2 + 2'));
  expect(ada.doc.getArray<Y.Map<unknown>>('cells').get(0).get('source')?.toString()).toBe('2 + 2');
});

async function roomsOn(log: EventLog, files: ReadonlyMap<string, DocumentSource>): Promise<DocumentRooms> {
  return new DocumentRooms({
    log,
    index: await DocumentIndex.load(log),
    files: {
      read: (path) => Promise.resolve(files.get(path) ?? null),
      findMoved: () => Promise.resolve(null),
      bringUpToFile: () => Promise.resolve(),
    },
    attachments: [],
    idle: 60_000,
    onUnloaded: () => undefined,
    warn: () => undefined,
  });
}

/** A browser that has the document open. */
class Person implements Participant {
  readonly actor = 'ada';
  readonly membership;
  end: DocumentEnd | null = null;
  heard = 0;

  constructor(
    private readonly document: SharedDocument,
    readonly doc = new Y.Doc(),
  ) {
    this.membership = document.join(this);
  }

  get text(): string {
    return this.doc.getText('source').toJSON();
  }

  async sync(): Promise<void> {
    Y.applyUpdate(this.doc, await this.document.stateSince(Y.encodeStateVector(this.doc)));
    await this.membership.receive(Y.encodeStateAsUpdate(this.doc, Y.encodeStateVector(this.document.ydoc)));
  }

  type(at: number, text: string): Promise<void> {
    return this.membership.receive(this.typeWithoutTelling(at, text));
  }

  typeWithoutTelling(at: number, text: string): Uint8Array {
    const before = Y.encodeStateVector(this.doc);
    this.doc.getText('source').insert(at, text);
    return Y.encodeStateAsUpdate(this.doc, before);
  }

  catchUpFrom(other: Person): Promise<void> {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(other.doc));
    return this.sync();
  }

  mayWrite(): boolean {
    return true;
  }

  updated(update: Uint8Array): void {
    this.heard += 1;
    Y.applyUpdate(this.doc, update);
  }

  awarenessUpdated(): void {
    // nobody looks
  }

  renamed(): void {
    // nobody looks
  }

  ended(end: DocumentEnd): void {
    this.end = end;
  }
}
