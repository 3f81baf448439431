import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type * as Y from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { NotebookPage, openNotebook } from '../../test/doubles/shared-notebooks.ts';
import type { SourceCell } from '../../test/doubles/shared-notebooks.ts';
import type { SharedDocument } from '../shared-document.ts';
import { repairCells } from './repair-cells.ts';

const repair = repairCells((message) => {
  throw new Error(message);
});
const open = async (...cells: SourceCell[]): Promise<SharedDocument> =>
  (await openNotebook(cells, [repair])).document;
const pages = async (document: SharedDocument): Promise<[NotebookPage, NotebookPage]> => [
  await NotebookPage.open(document),
  await NotebookPage.open(document),
];
const sourcesOf = (document: SharedDocument): string[] =>
  document.ydoc.getArray<Y.Map<Y.Text>>('cells').map((cell) => cell.get('source')?.toJSON() ?? '');
const idsOf = (document: SharedDocument): unknown[] =>
  document.ydoc.getArray<Y.Map<unknown>>('cells').map((cell) => cell.get('id'));

async function meet(document: SharedDocument, ...all: NotebookPage[]): Promise<void> {
  for (const page of all) {
    page.disconnect();
    await page.connect();
  }
  await document.committed();
  for (const page of all)
    expect(page.model.cells.map((cell) => cell.getSource())).toEqual(sourcesOf(document));
}

test('[V2] what is typed into a cell while somebody moves it is in the moved one, whoever is heard first', async () => {
  for (const moverIsFirst of [true, false]) {
    const document = await open({ id: 'a', source: 'one two three' }, { id: 'b', source: 'other' });
    const [ada, ben] = await pages(document);
    ada.disconnect();
    ben.disconnect();
    ada.model.moveCell(0, 1);
    ada.model.cells[1]?.updateSource(13, 13, ' four');
    ben.model.cells[0]?.updateSource(4, 4, 'and ');
    ben.model.cells[0]?.updateSource(0, 0, 'zero ');
    await meet(document, ...(moverIsFirst ? [ada, ben] : [ben, ada]), ada);
    expect(idsOf(document)).toEqual(['b', 'a']);
    expect(sourcesOf(document)).toEqual(['other', 'zero one and two three four']);
  }
});

test('[V2] what somebody typed and took back is not brought back', async () => {
  const document = await open({ id: 'a', source: 'one' }, { id: 'b' });
  const [ada, ben] = await pages(document);
  ben.disconnect();
  ben.model.cells[0]?.updateSource(3, 3, ' wrong');
  ben.model.cells[0]?.updateSource(3, 9, ' right');
  ada.model.moveCell(0, 1);
  await meet(document, ben, ada);
  expect(sourcesOf(document)).toEqual(['', 'one right']);
});

test('[V2] of the cells that were removed, the last are remembered, however many there were', async () => {
  const document = await open({ id: 'a', source: 'one' }, { id: 'b' });
  const [ada, ben] = await pages(document);
  for (let round = 0; round < 210; round++) ada.model.moveCell(round % 2, (round + 1) % 2);
  await meet(document, ada, ben);
  ben.disconnect();
  ada.model.moveCell(0, 1);
  ben.model.cells[0]?.updateSource(3, 3, ' two');
  await meet(document, ada, ben, ada);
  expect(sourcesOf(document)).toEqual(['', 'one two']);
});

test('[V2] it goes on to be so for those who have not heard of the move for a long time', async () => {
  const log = new MemoryEventLog();
  const first = await openNotebook([{ id: 'a', source: 'one' }, { id: 'b' }], [repair], log);
  const [ada, ben] = await pages(first.document);
  ben.disconnect();
  ada.model.moveCell(0, 1);
  await first.document.committed();
  ada.disconnect();
  await first.rooms.close();
  const { document } = await openNotebook([], [repair], log);
  ben.reach(document);
  ben.model.cells[0]?.updateSource(3, 3, ' two');
  await meet(document, ben);
  ben.disconnect();
  expect(sourcesOf(document)).toEqual(['', 'one two']);
});

test('[V2] the last are remembered, and not others, after the notebook was put away and loaded, too', async () => {
  const log = new MemoryEventLog();
  const cells = [
    { id: 'a', source: 'one' },
    { id: 'b', source: 'other' },
  ];
  const first = await openNotebook(cells, [repair], log);
  const [ada, ben] = await pages(first.document);
  for (let round = 0; round < 205; round++) ada.model.moveCell(round % 2, (round + 1) % 2);
  await meet(first.document, ada, ben);
  ben.disconnect();
  ada.model.moveCell(0, 1);
  await first.document.committed();
  ada.disconnect();
  await first.rooms.close();
  const { document } = await openNotebook([], [repair], log);
  ada.reach(document);
  ben.reach(document);
  await ada.connect();
  ada.model.moveCell(0, 1);
  const source = ben.model.cells[0]?.getSource();
  ben.model.cells[0]?.updateSource(source?.length ?? 0, source?.length ?? 0, ' two');
  await meet(document, ada, ben, ada);
  expect(sourcesOf(document).sort()).toEqual([`${source} two`, source === 'one' ? 'other' : 'one'].sort());
});

test('[V1] a cell that two people move at once is there once, with what both have typed since', async () => {
  const document = await open({ id: 'a', source: 'one\n' }, { id: 'b' }, { id: 'c' });
  const [ada, ben] = await pages(document);
  ada.disconnect();
  ben.disconnect();
  ben.model.cells[0]?.updateSource(0, 0, 'before\n');
  ada.model.moveCell(0, 1);
  ben.model.moveCell(0, 2);
  ada.model.cells[1]?.updateSource(4, 4, 'ada\n');
  ben.model.cells[2]?.updateSource(11, 11, 'ben\n');
  await meet(document, ada, ben, ada);
  expect(idsOf(document)).toEqual(['b', 'a', 'c']);
  const lines = sourcesOf(document)[1]?.split('\n').sort();
  expect(lines).toEqual(['', 'ada', 'before', 'ben', 'one']);
});

test('[V1] what is typed into an empty cell that two people move at once is there, too', async () => {
  for (const moverIsFirst of [true, false]) {
    const document = await open({ id: 'a' }, { id: 'b' }, { id: 'c' });
    const [ada, ben] = await pages(document);
    ada.disconnect();
    ben.disconnect();
    ada.model.moveCell(0, 1);
    ben.model.moveCell(0, 2);
    ben.model.cells[2]?.updateSource(0, 0, 'typed');
    await meet(document, ...(moverIsFirst ? [ada, ben] : [ben, ada]), ada);
    expect(sourcesOf(document).join('')).toBe('typed');
    expect(idsOf(document)).toHaveLength(3);
  }
});

test('[V2] a line that is typed into a cell while somebody moves it and types another there leaves that one whole', async () => {
  const document = await open({ id: 'a', source: '#<p1.100>\n#<p2.101>\n' }, { id: 'b' });
  const [ada, ben] = await pages(document);
  ben.disconnect();
  ada.model.cells[0]?.updateSource(10, 10, '#<p0.102>\n');
  ben.model.moveCell(0, 1);
  ben.model.cells[1]?.setSource('#<p1.103>\n');
  await meet(document, ben, ada);
  expect(sourcesOf(document)[1]?.split('\n').sort()).toEqual(['', '#<p0.102>', '#<p1.103>']);
});

test('[V1] a copy with the id of a cell that is there gets an id of its own, and stays', async () => {
  const document = await open({ id: 'a', source: 'one' });
  const [ada, ben] = await pages(document);
  const copy = ada.model.cells[0]?.toJSON() as never;
  ada.model.insertCell(1, copy);
  ada.model.deleteCell(0);
  ada.model.insertCell(1, copy);
  await meet(document, ada, ben);
  expect(sourcesOf(document)).toEqual(['one', 'one']);
  expect(new Set(idsOf(document)).size).toBe(2);
});

test('[V1] [V3] a cell that was cut is one cell when it is pasted, and one that is deleted stays so', async () => {
  const document = await open({ id: 'a', source: 'one' }, { id: 'b', source: 'two' });
  const [ada, ben] = await pages(document);
  const copy = ada.model.cells[0]?.toJSON() as never;
  ada.model.deleteCell(0);
  ada.model.insertCell(1, copy);
  ben.disconnect();
  ben.model.cells[0]?.updateSource(3, 3, ' more');
  ada.model.deleteCell(0);
  await meet(document, ada, ben, ada);
  expect(idsOf(document)).toEqual(['a']);
});

type Step =
  | {
      readonly kind: 'move' | 'type' | 'delete';
      readonly who: number;
      readonly cell: number;
      readonly at: number;
    }
  | { readonly kind: 'cut-off'; readonly who: number }
  | { readonly kind: 'come-back'; readonly who: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('move' as const, 'type' as const, 'type' as const),
      who: fc.nat(2),
      cell: fc.nat(3),
      at: fc.nat(50),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      who: fc.nat(2),
      cell: fc.nat(3),
      at: fc.nat(3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant('cut-off' as const), who: fc.nat(2) }),
      fc.record({ kind: fc.constant('come-back' as const), who: fc.nat(2) }),
    ),
  },
);

test('[V1] [V2] whatever people move and type and in whichever order it arrives, no cell is lost or doubled, and no text', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const document = await open(
        { id: 'a', source: '<a>' },
        { id: 'b', source: '<b>' },
        { id: 'c', source: '<c>' },
      );
      const people = [await NotebookPage.open(document), ...(await pages(document))];
      const typed = new Map<string, string>();
      const deleted = new Set<string>();
      let count = 0;
      for (const one of steps) {
        const page = people[one.who] as NotebookPage;
        if (one.kind === 'cut-off') {
          page.disconnect();
        } else if (one.kind === 'come-back') {
          page.disconnect();
          await page.connect();
        } else {
          const { cells } = page.model;
          const index = one.cell % Math.max(1, cells.length);
          const cell = cells[index];
          if (cell === undefined) continue;
          if (one.kind === 'move') page.model.moveCell(index, one.at % cells.length);
          else if (one.kind === 'delete') {
            deleted.add(cell.id);
            page.model.deleteCell(index);
          } else {
            // Between what was typed before, as people type words.
            const ends = [0, ...[...cell.getSource().matchAll(/>/g)].map(({ index: end }) => end + 1)];
            const at = ends[one.at % ends.length] ?? 0;
            const token = `<${one.who}-${count++}>`;
            typed.set(token, cell.id);
            cell.updateSource(at, at, token);
          }
        }
        await document.committed();
      }
      await meet(document, ...people, ...people);
      const ids = idsOf(document);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ['a', 'b', 'c']) if (!deleted.has(id)) expect(ids).toContain(id);
      const all = sourcesOf(document);
      for (const [token, id] of typed) {
        const times = all.join('').split(token).length - 1;
        if (deleted.has(id)) expect(times).toBeLessThanOrEqual(1);
        else expect(`${token} ${times}`).toBe(`${token} 1`);
      }
      for (const page of people) page.disconnect();
    }),
    { numRuns: 150 },
  );
}, 60_000);
