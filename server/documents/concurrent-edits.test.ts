import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { NotebookPage, openNotebook } from '../../test/doubles/shared-notebooks.ts';
import type { SharedDocument } from '../shared-document.ts';
import { applyNotebook } from './apply-to-ydoc.ts';
import type { CellContent, NotebookContent } from './cell-content.ts';
import { contentOfNotebook } from './cell-content.ts';
import { mergeNotebook } from './merge-notebook.ts';
import { repairCells } from './repair-cells.ts';

/** Lines that are alike, as lines of code are: only the number tells them apart. */
const lineOf = (number: number): string => `#<p${number % 3}.${number}>\n`;
/** A line that is like no other: what stands in the place of another line is that one, changed, if both are alike. */
const unlikeLine = (number: number): string => `${String.fromCharCode(0x4e00 + number).repeat(6)}\n`;
const LINE = /^(?:#<p\d\.\d+>|(.)\1{5})\n/gm;

interface Step {
  readonly kind:
    | 'type'
    | 'deleteLine'
    | 'move'
    | 'deleteCell'
    | 'insertCell'
    | 'cutOff'
    | 'comeBack'
    | 'read'
    | 'write'
    | 'writeMuch';
  readonly who: number;
  readonly cell: number;
  readonly at: number;
  readonly lines: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('type' as const) },
    { weight: 4, arbitrary: fc.constant('deleteLine' as const) },
    { weight: 2, arbitrary: fc.constant('move' as const) },
    { weight: 1, arbitrary: fc.constantFrom('deleteCell' as const, 'insertCell' as const) },
    { weight: 5, arbitrary: fc.constantFrom('cutOff' as const, 'comeBack' as const) },
    { weight: 5, arbitrary: fc.constantFrom('read' as const, 'write' as const, 'writeMuch' as const) },
  ),
  who: fc.nat(2),
  cell: fc.nat(5),
  at: fc.nat(30),
  lines: fc.integer({ min: 1, max: 3 }),
});

/** What must be there in the end. */
class Expected {
  readonly lines = new Map<string, string>();
  readonly deletedLines = new Set<string>();
  readonly cells = new Set(['a', 'b']);
  readonly deletedCells = new Set<string>();
  #next = 100;

  newLine(cellId: string, isUnlike = false): string {
    const line = (isUnlike ? unlikeLine : lineOf)(this.#next++);
    this.lines.set(line, cellId);
    return line;
  }
  newCell(): string {
    const id = `cell-${this.#next++}`;
    this.cells.add(id);
    return id;
  }
}

const startsOf = (source: string): number[] => [
  0,
  ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1),
];

class Game {
  readonly expected = new Expected();
  #read: NotebookContent;
  readonly log: string[] = [];

  constructor(
    readonly document: SharedDocument,
    readonly pages: readonly NotebookPage[],
  ) {
    this.#read = contentOfNotebook(document);
  }

  async play(one: Step): Promise<void> {
    const page = this.pages[one.who]!;
    const { cells } = page.model;
    const index = one.cell % Math.max(1, cells.length);
    const cell = cells[index];
    const places = startsOf(cell?.getSource() ?? '');
    switch (one.kind) {
      case 'type': {
        if (cell === undefined) return;
        const at = places[one.at % places.length]!;
        const line = this.expected.newLine(cell.id);
        cell.updateSource(at, at, line);
        this.log.push(`${one.who} types ${line.trim()} into ${cell.id} at ${at}`);
        return;
      }
      case 'deleteLine': {
        const line = cell
          ?.getSource()
          .match(LINE)
          ?.at(one.at % Math.max(1, places.length - 1));
        if (cell === undefined || line === undefined) return;
        this.expected.deletedLines.add(line);
        const at = cell.getSource().indexOf(line);
        cell.updateSource(at, at + line.length, '');
        this.log.push(`${one.who} deletes ${line.trim()} of ${cell.id}`);
        return;
      }
      case 'move':
        if (cell === undefined || index === one.at % cells.length) return;
        this.log.push(`${one.who} moves ${cell.id} to ${one.at % cells.length}`);
        page.model.moveCell(index, one.at % cells.length);
        return;
      case 'deleteCell':
        if (cell === undefined) return;
        this.log.push(`${one.who} deletes ${cell.id}`);
        this.expected.deletedCells.add(cell.id);
        page.model.deleteCell(index);
        return;
      case 'insertCell': {
        const id = this.expected.newCell();
        this.log.push(`${one.who} inserts ${id}`);
        page.model.insertCell(index, { cell_type: 'code', id, source: '', metadata: {}, outputs: [] });
        return;
      }
      case 'cutOff':
        this.log.push(`${one.who} off`);
        return page.disconnect();
      case 'comeBack':
        this.log.push(`${one.who} on`);
        page.disconnect();
        return page.connect();
      case 'read':
        this.log.push(`outside reads`);
        this.#read = contentOfNotebook(this.document);
        return;
      case 'write':
      case 'writeMuch':
        return this.#write(one);
    }
  }

  /** Another program has changed what it read, which is merged. */
  async #write({ kind, cell: which, at, lines }: Step): Promise<void> {
    const base = this.#read;
    const cells = [...base.cells];
    const cell = cells[which % Math.max(1, cells.length)];
    if (cell === undefined) return;
    const index = cells.indexOf(cell);
    const old = cell.source.match(LINE) ?? [];
    const added = Array.from({ length: lines }, () => this.expected.newLine(cell.id!, kind === 'writeMuch'));
    let now = [...old, ...added];
    if (kind === 'writeMuch') {
      const place = at % (old.length + 1);
      const gone = old.slice(place, place + (at % 3));
      for (const line of gone) this.expected.deletedLines.add(line);
      now = old.toSpliced(place, gone.length, ...added);
      this.log.push(`outside deletes ${gone.join('').trim()} for`);
    }
    this.log.push(`outside adds ${added.join('').trim()} to ${cell.id}`);
    cells[index] = { ...cell, source: now.join('') } satisfies CellContent;
    const theirs = { ...base, cells };
    await this.document.change('disk', ({ ydoc }) => {
      applyNotebook({ ydoc }, mergeNotebook(base, contentOfNotebook({ ydoc }), theirs));
    });
    this.#read = contentOfNotebook(this.document);
  }

  faults(): string[] {
    const { expected } = this;
    const cells = contentOfNotebook(this.document).cells;
    const faults: string[] = [];
    const ids = cells.map(({ id }) => id!);
    if (new Set(ids).size !== ids.length) faults.push('doubled cell');
    for (const id of expected.cells)
      if (!ids.includes(id) && !expected.deletedCells.has(id)) faults.push(`lost cell ${id}`);
    for (const { id, source } of cells) {
      const torn = source.replaceAll(LINE, '');
      if (torn !== '') faults.push(`torn in ${id}: ${JSON.stringify(source)}`);
    }
    const all = cells.map(({ source }) => source).join('');
    for (const [line, cellId] of expected.lines) {
      const times = all.split(line).length - 1;
      if (times > 1) faults.push(`${line.trim()} ${times} times`);
      const mayBeGone = expected.deletedLines.has(line) || expected.deletedCells.has(cellId);
      if (times === 0 && !mayBeGone) faults.push(`${line.trim()} of ${cellId} lost`);
      for (const { id, source } of cells)
        if (source.includes(line) && id !== cellId) faults.push(`${line.trim()} in wrong ${id}`);
    }
    return faults;
  }
}

test('[M1] [M3] [V1] [V2] whatever people and another program do at once, each line is there once and whole', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const { document, rooms } = await openNotebook(
        [{ id: 'a' }, { id: 'b' }],
        [
          repairCells((message) => {
            throw new Error(message);
          }),
        ],
      );
      const pages = [
        await NotebookPage.open(document),
        await NotebookPage.open(document),
        await NotebookPage.open(document),
      ];
      const game = new Game(document, pages);
      for (const one of steps) {
        await game.play(one);
        await document.committed();
      }
      for (let round = 0; round < 2; round++)
        for (const page of pages) {
          page.disconnect();
          await page.connect();
        }
      await document.committed();
      const faults = game.faults();
      for (const page of pages) {
        const now = contentOfNotebook(page.model).cells.map(({ id, source }) => `${id}\n${source}`);
        if (
          now.join('') !==
          contentOfNotebook(document)
            .cells.map(({ id, source }) => `${id}\n${source}`)
            .join('')
        )
          faults.push('diverged');
      }
      for (const page of pages) page.disconnect();
      void rooms.close();
      expect(faults, game.log.join('\n')).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 120_000);
