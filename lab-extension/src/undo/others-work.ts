import * as Y from 'yjs';

type Cell = Y.Map<unknown>;

/**
 * Keeps the undo of a notebook's structure (cells added, moved, deleted) away from what others did since. Yjs undoes
 * an insertion by deleting it with all that is in it by then: another person's text in a cell that one added, and the
 * outputs that the server put there.
 *
 * A cell that holds such work stays, without one's own text. A move that is undone takes along what the cell has
 * become: @jupyter/ydoc moves by deleting and inserting a copy, and undoing that alone would bring back the cell of then.
 */
export function keepOthersWork(doc: Y.Doc, undoManager: Y.UndoManager): void {
  const cells = doc.getArray<Cell>('cells');
  const own = new Set([doc.clientID]);
  /** The text that each cell came with, in this page's own changes. */
  const textAtFirst = new WeakMap<Cell, string>();
  const verdicts = new Map<Cell, 'remove' | 'keep'>();

  doc.on('beforeTransaction', () => {
    verdicts.clear();
    // Yjs takes another number if it meets a change under its own that it does not know.
    own.add(doc.clientID);
  });
  const remember = ({ changedParentTypes }: ChangedTypes): void => {
    for (const event of changedParentTypes.get(cells as Y.AbstractType<unknown>) ?? [])
      if (event.target === (cells as Y.AbstractType<unknown>))
        for (const { content } of event.changes.added)
          if (content instanceof Y.ContentType && content.type instanceof Y.Map)
            textAtFirst.set(content.type as Cell, textOf(content.type as Cell));
  };
  undoManager.on('stack-item-added', remember as never);
  undoManager.on('stack-item-updated', remember as never);

  const judge = (cell: Cell): 'remove' | 'keep' => {
    const twin = twinOf(cell, cells);
    if (twin !== undefined && textOf(twin) === textAtFirst.get(cell)) {
      carryText(cell, twin);
      return 'remove';
    }
    return hasOthersWork(cell, own) ? 'keep' : 'remove';
  };
  // Asked for each thing that is about to be deleted, what is inside a cell before the cell itself, after all that
  // comes back has come back.
  undoManager.deleteFilter = (item) => {
    const cell = cellOf(item, cells);
    if (cell === null) return true;
    const verdict = verdicts.get(cell) ?? judge(cell);
    verdicts.set(cell, verdict);
    return verdict === 'remove' || item.parent === cell.get('source');
  };
}

/** What Yjs's undo managers tell with their events; its own type is not exported. */
interface ChangedTypes {
  readonly changedParentTypes: Map<Y.AbstractType<unknown>, Y.YEvent<Y.AbstractType<unknown>>[]>;
}

/** The cell that the item is, or is in; null for neither. */
function cellOf(item: Y.Item, cells: Y.Array<Cell>): Cell | null {
  for (let inside: Y.Item | null = item; inside !== null;) {
    const parent = inside.parent as Y.AbstractType<unknown>;
    if (parent === (cells as Y.AbstractType<unknown>)) {
      const { content } = inside;
      return content instanceof Y.ContentType && content.type instanceof Y.Map
        ? (content.type as Cell)
        : null;
    }
    inside = parent._item;
  }
  return null;
}

/** The cell with the same id that undoing has just brought back. */
function twinOf(cell: Cell, cells: Y.Array<Cell>): Cell | undefined {
  const id = cell.get('id');
  return cells.toArray().find((other) => other !== cell && other.get('id') === id);
}

function textOf(cell: Cell): string {
  const source = cell.get('source');
  return source instanceof Y.Text ? source.toJSON() : '';
}

/** Of people: text. Of the server: outputs. */
function hasOthersWork(cell: Cell, own: ReadonlySet<number>): boolean {
  return [cell.get('source'), cell.get('outputs')].some((part) => {
    if (!(part instanceof Y.AbstractType)) return false;
    for (let item = part._start; item !== null; item = item.right)
      if (!item.deleted && !own.has(item.id.client)) return true;
    return false;
  });
}

/** By the smallest change, so that cursors in the rest of the text stay. */
function carryText(from: Cell, to: Cell): void {
  const target = to.get('source');
  if (!(target instanceof Y.Text)) return;
  const [before, after] = [target.toJSON(), textOf(from)];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  target.delete(start, before.length - start - end);
  target.insert(start, after.slice(start, after.length - end));
}
