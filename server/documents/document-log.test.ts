import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { CutEventLog } from '../../test/doubles/cut-event-log.ts';
import { DocumentClient } from '../../test/doubles/document-client.ts';
import { openAt, roomsOn, TEXT } from '../../test/doubles/document-rooms-under-test.ts';
import { DocumentLog } from './document-log.ts';

const files = new Map([['a.txt', { type: 'file', text: '' } as const]]);
const update = (text: string) => {
  const doc = new Y.Doc();
  doc.getText('source').insert(0, text);
  return { actor: 'ada', update: Y.encodeStateAsUpdate(doc), together: [] };
};

test('[D12] [D14] however many updates there were, the log has one state and a short tail', async () => {
  const log = new MemoryEventLog();
  const document = await openAt(await roomsOn(log, files), 'a.txt', TEXT);
  const ada = await new DocumentClient('ada').open(document);
  const text = ada.doc.getText('source');
  for (let edit = 0; edit < 5000; edit += 1) {
    text.insert(Math.floor(text.length / 2), 'ab');
    text.delete(0, 1);
    if (edit % 20 === 0) await ada.answered();
  }
  await ada.answered();
  const state = Y.encodeStateAsUpdate(document.ydoc);
  const history = await new DocumentLog(log, `document:${document.documentId}`).read();
  expect(history.tailUpdates).toBeLessThanOrEqual(Math.max(500, state.length / 4 / 60));
  expect(history.stateBytes + history.tailBytes).toBeLessThan(1.5 * state.length);
  expect(await log.storedBytes(`document:${document.documentId}`)).toBeLessThan(3 * state.length);
});

test('[D13] a crash between the state and the removal of what it stands for is harmless', async () => {
  const log = new CutEventLog();
  const stored = new DocumentLog(log, 'document:x');
  const [first, second] = [update('one'), update('two')];
  await stored.append([first, second], null);
  log.cutAfter(1, false);
  const state = Y.mergeUpdates([first.update, second.update]);
  await stored.append([], { update: state, removed: null });
  await new Promise(setImmediate);
  log.mend();
  expect(await log.storedBytes('document:x')).toBeGreaterThan(2 * state.length);
  const { updates, stateBytes, tailUpdates } = await stored.read();
  expect(updates.map((each) => Buffer.from(each))).toEqual([Buffer.from(state)]);
  expect([stateBytes, tailUpdates]).toEqual([state.length, 0]);
  const events = [];
  for await (const { type } of log.read('document:x')) events.push(type);
  expect(events).toEqual(['document-compacted']);
});

test('[D13] the state and the updates that it contains are appended together, or not at all', async () => {
  const log = new CutEventLog();
  const stored = new DocumentLog(log, 'document:x');
  const [first, second] = [update('one'), update('two')];
  await stored.append([first], null);
  log.cutAfter(0, false);
  const state = { update: Y.mergeUpdates([first.update, second.update]), removed: null };
  await expect(stored.append([second], state)).rejects.toThrow();
  log.mend();
  expect((await stored.read()).updates.map((each) => Buffer.from(each))).toEqual([Buffer.from(first.update)]);
});
