import { YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { DocumentClient } from '../../test/doubles/document-client.ts';
import { NOTEBOOK, openAt, roomsOn } from '../../test/doubles/document-rooms-under-test.ts';
import type { SharedDocument } from '../shared-document.ts';

const code = (id: string) => ({
  ...{ cell_type: 'code', id, source: 'x = 1', metadata: {}, outputs: [], execution_count: null },
});
const notebook = { cells: [code('a'), code('b')], metadata: {}, nbformat: 4, nbformat_minor: 5 };

let document: SharedDocument;
let witness: DocumentClient;
let attacker: DocumentClient;
beforeEach(async () => {
  const rooms = await roomsOn(new MemoryEventLog(), new Map([['n.ipynb', { type: 'notebook', notebook }]]));
  document = await openAt(rooms, 'n.ipynb', NOTEBOOK);
  witness = await new DocumentClient('witness', new YNotebook()).open(document);
  attacker = await new DocumentClient('attacker').open(document);
});

/** The update of a change that nobody is told of. */
function updateOf(change: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(attacker.doc));
  const before = Y.encodeStateVector(doc);
  doc.transact(() => change(doc));
  return Y.encodeStateAsUpdate(doc, before);
}

async function expectUnharmed(): Promise<void> {
  expect(Y.encodeStateVector(witness.doc)).toEqual(Y.encodeStateVector(document.ydoc));
  expect((document.model as YNotebook).toJSON()).toEqual(notebook);
  expect(witness.end).toBeNull();
  const ben = await new DocumentClient('ben', new YNotebook()).open(document);
  expect(ben.doc.getArray('cells').length).toBe(2);
}

const cells = (doc: Y.Doc) => doc.getArray<Y.Map<unknown>>('cells');

test.each<[string, (doc: Y.Doc) => void]>([
  ['a number among the cells', (doc) => doc.getArray('cells').push([1])],
  ['a list among the cells', (doc) => doc.getArray('cells').push([new Y.Array()])],
  ['an empty map as a cell', (doc) => cells(doc).push([new Y.Map()])],
  ['a cell of an unknown type', (doc) => cells(doc).push([new Y.Map<unknown>([['cell_type', 'x']])])],
  [
    'a code cell without outputs',
    (doc) => {
      const map = new Y.Map<unknown>(Object.entries({ id: 'z', cell_type: 'code', metadata: new Y.Map() }));
      map.set('source', new Y.Text(''));
      cells(doc).push([map]);
    },
  ],
  ['a text as a plain string', (doc) => void cells(doc).get(0).set('source', 'x')],
  ['outputs as a map', (doc) => void cells(doc).get(0).set('outputs', new Y.Map())],
  ['another type of cell that there is not', (doc) => void cells(doc).get(0).set('cell_type', 7)],
  ['a cell without its text', (doc) => cells(doc).get(0).delete('source')],
  ['a cell without its id', (doc) => cells(doc).get(1).delete('id')],
  ['a notebook without metadata', (doc) => doc.getMap('meta').delete('metadata')],
  ['metadata as a list', (doc) => void doc.getMap('meta').set('metadata', new Y.Array())],
  ['a picture in a text', (doc) => (cells(doc).get(0).get('source') as Y.Text).insertEmbed(0, { a: 1 })],
  [
    'more depth than anybody needs',
    (doc) => {
      let map = doc.getMap<unknown>('state');
      for (let depth = 0; depth < 200; depth += 1) map = map.set('x', new Y.Map());
    },
  ],
])('[D6] %s is refused, and nothing has changed', async (_what, change) => {
  await expect(attacker.membership.receive(updateOf(change))).rejects.toMatchObject({
    code: 'malformed-update',
  });
  await expectUnharmed();
});

test('[D6] bytes that are no update, or not all of one, change nothing', async () => {
  const whole = updateOf((doc) => {
    cells(doc)
      .get(0)
      .set('metadata', new Y.Map([['a', [1, 'x', { y: null }]]]));
    (cells(doc).get(1).get('source') as Y.Text).insert(0, 'more');
  });
  const answers: unknown[] = [];
  const send = async (bytes: Uint8Array): Promise<void> => {
    answers.push(await attacker.membership.receive(bytes).catch((error: unknown) => error));
  };
  for (let length = 0; length < whole.length - 1; length += 1) await send(whole.subarray(0, length));
  await send(new Uint8Array(1024 * 1024).fill(255));
  expect(answers.every((answer) => answer instanceof Error)).toBe(true);
  await expectUnharmed();
});

test('[D6] whatever bytes are sent, the document can be read, and others go on', async () => {
  const seed = updateOf((doc) => {
    (cells(doc).get(1).get('source') as Y.Text).insert(0, 'more');
    cells(doc).delete(0);
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      async (changes) => {
        const bytes = Uint8Array.from(seed);
        for (const [at, byte] of changes) bytes[at] = byte;
        await attacker.membership.receive(bytes).catch(() => undefined);
        expect(document.end).toBeNull();
        const reread = new YNotebook();
        Y.applyUpdate(reread.ydoc, await document.stateSince(new Uint8Array()));
        expect(reread.toJSON()).toEqual((document.model as YNotebook).toJSON());
        reread.dispose();
      },
    ),
    { numRuns: 500 },
  );
  expect(witness.end).toBeNull();
});
