import { YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { DocumentClient } from '../../test/doubles/document-client.ts';
import { NOTEBOOK, openAt, roomsOn } from '../../test/doubles/document-rooms-under-test.ts';
import { CutEventLog } from '../../test/doubles/cut-event-log.ts';
import type { SharedDocument } from '../shared-document.ts';
import { DocumentLog } from './document-log.ts';

const code = (id: string, source = '') => ({
  ...{ cell_type: 'code', id, source, metadata: {}, outputs: [], execution_count: null },
});
const notebook = { cells: [code('a'), code('b'), code('c')], metadata: {}, nbformat: 4, nbformat_minor: 5 };
const files = new Map([['n.ipynb', { type: 'notebook', notebook } as const]]);

// @jupyter/ydoc reads cells before they are in a document, as its notebooks do in a browser; Yjs says so each time.
beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));

/** What people do to a notebook in JupyterLab. */
type Edit = (model: YNotebook, at: number, text: string) => void;
const edits: readonly Edit[] = [
  (model, at, text) => model.getCell(at % model.cells.length).ysource.insert(0, text),
  (model, at) => {
    const { ysource } = model.getCell(at % model.cells.length);
    ysource.delete(0, Math.min(2, ysource.length));
  },
  (model, at, text) => void model.insertCell(at % (model.cells.length + 1), code(text, text)),
  (model, at) => model.cells.length > 1 && model.deleteCell(at % model.cells.length),
  (model, at) => model.moveCell(at % model.cells.length, (at * 7) % model.cells.length),
  (model, at, text) => model.getCell(at % model.cells.length).setMetadata('tag', text),
  (model, at, text) => model.setMetadata(`key${at}`, text),
  (model) => void model.undo(),
  (model) => void model.redo(),
  (model, at, text) => {
    const cell = model.getCell(at % model.cells.length);
    if ('setOutputs' in cell) cell.setOutputs([{ output_type: 'stream', name: 'stdout', text }]);
  },
];
const INSERT = 2;
function act(model: YNotebook, edit: number, at: number, text: string): void {
  edits[model.cells.length === 0 ? INSERT : edit]?.(model, at, text);
}

const steps = fc.array(
  fc.record({
    who: fc.nat(2),
    edit: fc.nat(edits.length - 1),
    at: fc.nat(20),
    text: fc.string({ minLength: 1, maxLength: 5 }),
    /** Offline meanwhile: it sends all of it when it comes back. */
    away: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);
const contentOf = ({ model }: SharedDocument) => (model as YNotebook).toJSON();
const people = () =>
  ['ada', 'ben', 'eva'].map((actor) => {
    const model = new YNotebook();
    return { model, client: new DocumentClient(actor, model) };
  });

test('[D10] what anybody does in a notebook is let in, all come to the same, and the log has it (I3)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const log = new MemoryEventLog();
      const rooms = await roomsOn(log, files);
      const document = await openAt(rooms, 'n.ipynb', NOTEBOOK);
      const all = people();
      for (const { client } of all) await client.open(document);
      for (const { who, edit, at, text, away } of script) {
        const person = all[who];
        if (person === undefined) continue;
        if (away) person.client.leave();
        act(person.model, edit, at, text);
        if (away) await person.client.open(document);
      }
      for (const { client } of all) await client.answered();
      const content = contentOf(document);
      for (const { model, client } of all) {
        expect(client.end).toBeNull();
        expect(model.toJSON()).toEqual(content);
      }
      await rooms.close();
      const again = await openAt(await roomsOn(log, files), 'n.ipynb', NOTEBOOK);
      expect(contentOf(again)).toEqual(content);
      for (const { model } of all) model.dispose();
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('[D11] at whichever write the server dies, all that was answered is there, and all come together again (I1, I3)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(30), fc.boolean(), async (script, writes, isWritten) => {
      const log = new CutEventLog();
      const all = people();
      let rooms = await roomsOn(log, files);
      let document = await openAt(rooms, 'n.ipynb', NOTEBOOK);
      for (const { client } of all) await client.open(document);
      log.cutAfter(writes, isWritten);
      let answered: Uint8Array = new Uint8Array();
      for (const { who, edit, at, text } of script) {
        const person = all[who];
        if (person === undefined) continue;
        act(person.model, edit, at, text);
        const isAnswered = await person.client.answered().then(
          () => true,
          () => false,
        );
        if (isAnswered && person.client.end === null) answered = Y.encodeStateVector(person.model.ydoc);
      }
      await rooms.close();
      log.mend();
      rooms = await roomsOn(log, files);
      document = await openAt(rooms, 'n.ipynb', NOTEBOOK);
      const kept = Y.decodeStateVector(Y.encodeStateVector(document.ydoc));
      if (answered.length > 0) {
        for (const [client, clock] of Y.decodeStateVector(answered))
          expect(kept.get(client)).toBeGreaterThanOrEqual(clock);
      }
      for (const { client } of all) await client.open(document);
      const content = contentOf(document);
      for (const { model } of all) {
        expect(model.toJSON()).toEqual(content);
        model.dispose();
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('[D12] compacted anywhere, it is the same document, and whoever has any older state of it merges (I3)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(40), fc.nat(40), async (script, compactAt, leaveAt) => {
      const log = new MemoryEventLog();
      const document = await openAt(await roomsOn(log, files), 'n.ipynb', NOTEBOOK);
      const [ada, ben] = people();
      if (ada === undefined || ben === undefined) throw new TypeError('There are three.');
      await ada.client.open(document);
      await ben.client.open(document);
      const stored = new DocumentLog(log, `document:${document.documentId}`);
      for (const [index, { edit, at, text }] of script.entries()) {
        if (index === leaveAt % script.length) {
          ben.client.leave();
          act(ben.model, 0, at, 'offline');
        }
        act(ada.model, edit, at, text);
        await ada.client.answered();
        if (index === compactAt % script.length)
          await stored.append([], { update: Y.encodeStateAsUpdate(document.ydoc), removed: null });
      }
      const again = await openAt(await roomsOn(log, files), 'n.ipynb', NOTEBOOK);
      expect(contentOf(again)).toEqual(contentOf(document));
      await ada.client.open(again);
      await ben.client.open(again);
      expect(ben.model.toJSON()).toEqual(contentOf(again));
      expect(ada.model.toJSON()).toEqual(contentOf(again));
      expect([ada.client.end, ben.client.end]).toEqual([null, null]);
      for (const { model } of [ada, ben]) model.dispose();
    }),
    { numRuns: 100 },
  );
}, 60_000);
