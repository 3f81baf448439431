import * as Y from 'yjs';
import { DocumentError } from '../shared-document.ts';
import type { DocumentKind } from '../shared-document.ts';
import { isRequired, isWholeCell, roleOfMember, roleOfRoot } from './document-schema.ts';
import type { Role } from './document-schema.ts';
import { NewStructs } from './new-structs.ts';

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>;

/** More at once would keep everybody waiting; it is more than the largest notebooks that people have. */
const MOST_UPDATE_BYTES = 256 * 1024 * 1024;
/** Readers of a document recurse into it. */
const DEEPEST = 100;

interface Place {
  readonly role: Role;
  readonly depth: number;
}

/**
 * Judges updates before they are applied: what Yjs has begun to apply cannot be taken back, and what does not fit
 * @jupyter/ydoc's schema breaks the models of everybody who has the document open.
 */
export class UpdateCheck {
  readonly #ydoc: Y.Doc;
  readonly #kind: DocumentKind;
  /** Of the types in the document; a type never moves. */
  readonly #places = new WeakMap<Y.AbstractType<unknown>, Place>();

  constructor(ydoc: Y.Doc, kind: DocumentKind) {
    this.#ydoc = ydoc;
    this.#kind = kind;
  }

  /** @throws DocumentError `malformed-update`, `incomplete-update` */
  check(update: Uint8Array): DecodedUpdate {
    if (update.length > MOST_UPDATE_BYTES) throw malformed('it is too large');
    try {
      const decoded = Y.decodeUpdate(update);
      const added = new NewStructs(decoded, this.#ydoc.store);
      if (!added.isComplete) {
        throw new DocumentError(
          'incomplete-update',
          'The update builds on changes that the server does not have.',
        );
      }
      this.#checkAdded(added);
      this.#checkDeleted(added);
      return decoded;
    } catch (error) {
      throw error instanceof DocumentError ? error : malformed('it cannot be read', error);
    }
  }

  #checkAdded(added: NewStructs): void {
    const places = new Map<Y.Item, Place>();
    for (const item of added.items) {
      const { role } = this.#placeOfItem(item, added, places);
      if (role !== 'cell' || added.isDeleted(item.id)) continue;
      if (!isWholeCell(added.membersOf(item.id))) throw malformed('it inserts what is no cell');
    }
  }

  /** What the models cannot do without goes only with what it is part of, or is replaced. */
  #checkDeleted(added: NewStructs): void {
    for (const item of added.deletedOf(this.#ydoc.store)) {
      const parent = item.parent;
      if (item.parentSub === null || !(parent instanceof Y.AbstractType)) continue;
      if (!isRequired(this.#placeOfType(parent).role, item.parentSub)) continue;
      const owner = parent._item;
      if (owner !== null && (owner.deleted || added.isDeleted(owner.id))) continue;
      if (!added.replaces(item, parent)) throw malformed(`it removes ${item.parentSub}`);
    }
  }

  /** @throws DocumentError where it does not belong there */
  #placeOfItem(item: Y.Item, added: NewStructs, places: Map<Y.Item, Place>): Place {
    const known = places.get(item);
    if (known !== undefined) return known;
    const { parent, key } = added.slotOf(item);
    let around: Place;
    if (typeof parent === 'string') around = { role: roleOfRoot(parent, this.#kind), depth: 0 };
    else if (parent instanceof Y.Item) around = this.#placeOfItem(parent, added, places);
    else if (parent === null)
      around = { role: 'free', depth: 0 }; // within what is deleted
    else around = this.#placeOfType(parent);
    const role = roleOfMember(around.role, key, item.content);
    if (role === null) throw malformed(`something does not belong into the ${around.role}`);
    const place = { role, depth: around.depth + 1 };
    if (place.depth > DEEPEST) throw malformed('it is too deep');
    places.set(item, place);
    return place;
  }

  #placeOfType(type: Y.AbstractType<unknown>): Place {
    const known = this.#places.get(type);
    if (known !== undefined) return known;
    const item = type._item;
    let place: Place;
    if (item === null) place = { role: roleOfRoot(Y.findRootTypeKey(type), this.#kind), depth: 0 };
    else {
      const parent = item.parent;
      const around: Place =
        parent instanceof Y.AbstractType ? this.#placeOfType(parent) : { role: 'free', depth: 0 };
      // What is in the document was once let in.
      const role = roleOfMember(around.role, item.parentSub, item.content) ?? 'free';
      place = { role, depth: around.depth + 1 };
    }
    this.#places.set(type, place);
    return place;
  }
}

function malformed(reason: string, cause?: unknown): DocumentError {
  return new DocumentError('malformed-update', `The update is refused: ${reason}.`, { cause });
}
