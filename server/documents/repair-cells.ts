import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import type { DocumentAttachment, SharedDocument } from '../shared-document.ts';
import { changedCells, entryBefore, isNew } from './changed-cells.ts';
import { Member } from './member.ts';
import { placeRuns } from './place-runs.ts';
import { RemovedCells, removedId, removedText, sourceIn } from './removed-cells.ts';
import { SplitText, textItems } from './text-items.ts';
import type { DecodedUpdate } from './update-check.ts';
import type { SharedCell } from './write-result.ts';

type DeleteSet = DecodedUpdate['ds'];

/**
 * Pages move a cell by deleting it and inserting a copy with its id. Of one that several people move at once one is left,
 * and what others type into the one that is gone comes into the one that is there. A second cell of one id that nobody
 * moved gets another id, as the notebook format wants.
 */
export function repairCells(warn: (message: string) => void): DocumentAttachment {
  return (document) => {
    const removed = RemovedCells.of(document.ydoc);
    if (removed === null) return { close: () => Promise.resolve() };
    const repair = new CellRepair(document, removed, warn);
    return { close: () => Promise.resolve(repair.close()) };
  };
}

class CellRepair {
  readonly #document: SharedDocument;
  readonly #removed: RemovedCells;
  readonly #warn: (message: string) => void;
  #isRepairing = false;

  constructor(document: SharedDocument, removed: RemovedCells, warn: (message: string) => void) {
    this.#document = document;
    this.#removed = removed;
    this.#warn = warn;
    document.ydoc.on('afterTransaction', this.#onTransaction);
    document.ydoc.on('afterAllTransactions', this.#onCleanup);
  }

  close(): void {
    this.#document.ydoc.off('afterTransaction', this.#onTransaction);
    this.#document.ydoc.off('afterAllTransactions', this.#onCleanup);
  }

  readonly #onCleanup = (_ydoc: Y.Doc, transactions: readonly Y.Transaction[]): void => {
    if (transactions.some(({ deleteSet }) => deleteSet.clients.size > 0)) this.#removed.prune();
  };

  readonly #onTransaction = (transaction: Y.Transaction): void => {
    if (this.#isRepairing) return;
    let edits: (() => void)[] = [];
    try {
      edits = this.#repairs(transaction);
    } catch (error) {
      // What cannot be repaired must not end the document.
      this.#warn(`Moved cells of ${this.#document.path} could not be looked at: ${String(error)}`);
    }
    if (edits.length === 0) return;
    this.#isRepairing = true;
    // In the same turn, so that nobody is told of the one without the other.
    this.#document
      .change('server', () => {
        for (const edit of edits) edit();
      })
      .catch((error: unknown) => this.#warn(`Cells that were moved could not be repaired: ${String(error)}`));
    this.#isRepairing = false;
  };

  #repairs(transaction: Y.Transaction): (() => void)[] {
    const { added, removed } = changedCells(transaction);
    const late = lateTexts(transaction);
    if (added.length === 0 && late.length === 0) return [];
    const known = transaction.origin instanceof Member ? transaction.origin.received : null;
    const cells = [...this.#document.ydoc.getArray<SharedCell>('cells')];
    const edits: (() => void)[] = [];
    const taken = new Map<unknown, SharedCell>();
    // Those that were there before come first.
    for (const cell of [...cells.filter((each) => !isNew(transaction, each._item)), ...added]) {
      const id = cell.get('id');
      const kept = taken.get(id);
      if (kept === undefined) taken.set(id, cell);
      else {
        const original = [...removed, ...this.#removed.withId(id)].find(
          (other) => removedId(other) === id && known !== null && covers(known.ds, other._item),
        );
        if (original !== undefined && creator(kept) !== creator(cell))
          edits.push(() => this.#join(kept, cell));
        else edits.push(() => void cell.set('id', randomUUID()));
      }
    }
    for (const cell of added) {
      const original = removed.find((other) => idBefore(transaction, other) === cell.get('id'));
      if (original === undefined || known === null || taken.get(cell.get('id')) !== cell) continue;
      const unseen = unseenText(transaction, original, known.ds);
      edits.push(() => place(cell, unseen));
    }
    for (const cell of late) {
      const kept = taken.get(removedId(cell));
      if (kept === undefined) continue;
      const typed = typedLate(transaction, cell, kept, known?.ds ?? null, this.#textOfOthers(cell));
      edits.push(() => place(kept, typed));
    }
    return edits;
  }

  /** What stood in those that a cell may be a copy of. */
  #textOfOthers(cell: SharedCell): string {
    const others = this.#removed.withId(removedId(cell)).filter((other) => other !== cell);
    return others.map(removedText).join('');
  }

  /** Two people have moved one cell: what the second has typed since comes into the first one's copy. */
  #join(kept: SharedCell, second: SharedCell): void {
    place(kept, typedAfterCopying(second, this.#textOfOthers(second)));
    const cells = this.#document.ydoc.getArray<SharedCell>('cells');
    const index = [...cells].indexOf(second);
    if (index >= 0) cells.delete(index, 1);
  }
}

function place(cell: SharedCell, text: SplitText): void {
  const source = sourceIn(cell);
  if (source !== null) placeRuns(source, text);
}

/** Cells that were gone before, and that somebody has typed into all the same. */
function lateTexts({ doc, beforeState, afterState }: Y.Transaction): SharedCell[] {
  const cells = new Set<SharedCell>();
  for (const [client, clock] of afterState) {
    const before = beforeState.get(client) ?? 0;
    if (before === clock) continue;
    const structs = doc.store.clients.get(client) ?? [];
    for (let index = Y.findIndexSS(structs, before); index < structs.length; index++) {
      const struct = structs[index];
      if (!(struct instanceof Y.Item) || !struct.deleted || !(struct.content instanceof Y.ContentString))
        continue;
      const source: unknown = struct.parent;
      const cell: unknown = source instanceof Y.Text && source._item?.deleted ? source.parent : null;
      if (cell instanceof Y.Map && sourceIn(cell as SharedCell) === source) cells.add(cell as SharedCell);
    }
  }
  return [...cells];
}

/** What a transaction has brought into a cell that was gone, but what was deleted again by whoever typed it. */
function typedLate(
  transaction: Y.Transaction,
  cell: SharedCell,
  kept: SharedCell,
  known: DeleteSet | null,
  others: string,
): SplitText {
  const split = new SplitText();
  // One who knows that the cell is gone has deleted all of it.
  const isKnownGone = known === null || covers(known, cell._item);
  // One that was moved on is a copy itself.
  const isCopied = isNew(transaction, cell._item) ? copiedInto(cell, others) : (): boolean => false;
  // Whoever copied the cell has copied what they had typed into it. One who did not delete it has copied another's copy.
  const copy = isKnownGone ? kept._item?.id : undefined;
  const isInCopy = ({ id }: Y.Item): boolean => id.client === copy?.client && id.clock < copy.clock;
  for (const { item, text } of textItems(sourceIn(cell))) {
    if (!isNew(transaction, item) || isCopied(item)) split.add(text, false);
    else if (isKnownGone || !covers(known, item)) split.add(text, !isInCopy(item));
  }
  return split;
}

/** What stood in a cell that a page has moved, and the page did not know: it deleted what it knew. */
function unseenText(transaction: Y.Transaction, cell: SharedCell, known: DeleteSet): SplitText {
  const split = new SplitText();
  for (const { item, text } of textItems(sourceIn(cell))) {
    if (isNew(transaction, item)) split.add(text, false);
    else
      for (let offset = 0; offset < text.length; offset++)
        split.add(
          text.charAt(offset),
          !Y.isDeleted(known, Y.createID(item.id.client, item.id.clock + offset)),
        );
  }
  return split;
}

function typedAfterCopying(cell: SharedCell, others: string): SplitText {
  const split = new SplitText();
  const isCopied = copiedInto(cell, others);
  for (const { item, text } of textItems(sourceIn(cell)))
    if (isCopied(item)) split.add(text, false);
    else if (!item.deleted) split.add(text, true);
  return split;
}

/**
 * Tells what of a copy's text came with it: one clock after another its source, the source's text, and the next key of the
 * cell (@jupyter/ydoc's `createCell`, and ours). What else is in it was typed afterwards.
 * @param others what stood in the cells that it may be a copy of
 */
function copiedInto(cell: SharedCell, others: string): (item: Y.Item) => boolean {
  const begin = cell._map.get('source')?.id;
  if (begin === undefined) return () => true;
  // Others, who count for themselves, may have set keys of the cell since.
  const clocks = [...cell._map.values()].flatMap(({ id }) => (id.client === begin.client ? [id.clock] : []));
  const end = Math.min(...clocks.filter((clock) => clock > begin.clock));
  const isCopied = ({ id }: Y.Item): boolean =>
    id.client === begin.client && id.clock > begin.clock && id.clock < end;
  if (textItems(sourceIn(cell)).some(({ item }) => isCopied(item))) return isCopied;
  // It was copied when it was empty, or came another way (an undone deletion, say), piece by piece.
  return ({ content }) => content instanceof Y.ContentString && others.includes(content.str);
}

function covers(known: DeleteSet, item: Y.Item | null): boolean {
  return item !== null && Y.isDeleted(known, item.id);
}

function creator(cell: SharedCell): number | undefined {
  return cell._item?.id.client;
}

function idBefore(transaction: Y.Transaction, cell: SharedCell): unknown {
  return entryBefore(transaction, cell, 'id')?.content.getContent().at(-1);
}
