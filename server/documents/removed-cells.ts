import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { textItems } from './text-items.ts';
import type { SharedCell } from './write-result.ts';

/** Of so many cells that were removed last the text is kept, and of their text so much together, in code units. */
const MOST_CELLS = 200;
const MOST_TEXT = 256 * 1024;

/**
 * The texts of cells that were removed from a notebook. Yjs throws away what was in a deleted type, and whatever comes
 * into it later. But pages move a cell by deleting it and inserting a copy, and somebody who has not heard of that may
 * go on typing into the one that is gone.
 */
export class RemovedCells {
  readonly #ydoc: Y.Doc;
  /** The oldest first. */
  #kept = new Set<SharedCell>();

  private constructor(ydoc: Y.Doc) {
    this.#ydoc = ydoc;
    const cells = ydoc.getArray<SharedCell>('cells');
    ydoc.gcFilter = (item) => {
      const cell = cellKeptFor(cells, item);
      if (cell?._item?.deleted !== true) return true;
      this.#kept.add(cell);
      return false;
    };
  }

  /** @param ydoc still empty, so that all is seen that is to be thrown away */
  static keepIn(ydoc: Y.Doc): void {
    kept.set(ydoc, new RemovedCells(ydoc));
  }

  /** @returns null for a document in which they are not kept */
  static of(ydoc: Y.Doc): RemovedCells | null {
    return kept.get(ydoc) ?? null;
  }

  /** Those with this id, the oldest first. */
  withId(id: unknown): SharedCell[] {
    return [...this.#kept].filter((cell) => removedId(cell) === id);
  }

  /** Which they are, the oldest first: what Yjs stores does not tell. Empty where there are none. */
  order(): Uint8Array<ArrayBuffer> {
    return encoding.encode((encoder) => {
      for (const { _item: item } of this.#kept) {
        encoding.writeVarUint(encoder, item!.id.client);
        encoding.writeVarUint(encoder, item!.id.clock);
      }
    });
  }

  /**
   * After a history was read, whose cells are all removed at once.
   * @param order of those that were removed in its compacted state
   * @param tail the updates since
   */
  sort(order: Uint8Array | null, tail: readonly Uint8Array[]): void {
    if (this.#kept.size === 0) return;
    const places = new Map<string, number>();
    const decoder = decoding.createDecoder(order ?? new Uint8Array());
    while (decoding.hasContent(decoder))
      places.set(`${decoding.readVarUint(decoder)} ${decoding.readVarUint(decoder)}`, places.size);
    const deletions = tail.map((update) => Y.decodeUpdate(update).ds);
    const placeOf = ({ _item: item }: SharedCell): number => {
      const { client, clock } = item!.id;
      const later = (): number => deletions.findIndex((ds) => Y.isDeleted(ds, item!.id));
      return places.get(`${client} ${clock}`) ?? places.size + later();
    };
    const sorted = [...this.#kept].map((cell) => ({ cell, place: placeOf(cell) }));
    this.#kept = new Set(sorted.sort((one, other) => one.place - other.place).map(({ cell }) => cell));
  }

  /** Throws away the oldest ones that are too many. Not within a transaction. */
  prune(): void {
    let text = 0;
    for (const [newer, cell] of [...this.#kept].reverse().entries()) {
      text += removedText(cell).length;
      if (text <= MOST_TEXT && newer < MOST_CELLS) continue;
      this.#kept.delete(cell);
      cell._item?.gc(this.#ydoc.store, false);
    }
  }
}

const kept = new WeakMap<Y.Doc, RemovedCells>();

/** What a cell that is gone was called. */
export function removedId(cell: SharedCell): unknown {
  return cell._map.get('id')?.content.getContent().at(-1);
}

/** What stood in a cell when it was removed, with all that came into it since. */
export function removedText(cell: SharedCell): string {
  return textItems(sourceIn(cell))
    .map(({ text }) => text)
    .join('');
}

/** The source of a cell, which may be gone. */
export function sourceIn(cell: SharedCell): Y.Text | null {
  const content = cell._map.get('source')?.content;
  return content instanceof Y.ContentType && content.type instanceof Y.Text ? content.type : null;
}

/** @returns the cell that an item is needed for, should that be gone: the cell, its id, its source, or a part of that */
function cellKeptFor(cells: Y.Array<SharedCell>, item: Y.Item): SharedCell | null {
  const { parent } = item;
  if ((parent as unknown) === cells)
    return item.content instanceof Y.ContentType ? (item.content.type as SharedCell) : null;
  if (parent instanceof Y.Map && (parent.parent as unknown) === cells)
    return item.parentSub === 'source' || item.parentSub === 'id' ? (parent as SharedCell) : null;
  if (!(parent instanceof Y.Text) || parent._item?.parentSub !== 'source') return null;
  const cell: unknown = parent.parent;
  return cell instanceof Y.Map && (cell.parent as unknown) === cells ? (cell as SharedCell) : null;
}
