import * as Y from 'yjs';
import type { DecodedUpdate } from './update-check.ts';

type StructStore = Y.Doc['store'];
type Content = Y.Item['content'];

/** Where an item is put: into a root type (by name), a type of the document, or the type that another new item holds. */
interface Slot {
  readonly parent: string | Y.AbstractType<unknown> | Y.Item | null;
  readonly key: string | null;
}

const NO_MEMBERS: ReadonlyMap<string, Content> = new Map();

/** What an update adds to a document and deletes in it, before it is applied. */
export class NewStructs {
  /** Without what the document has already, and what was deleted for good before. */
  readonly items: Y.Item[] = [];
  /** Whether all is known that it builds on. */
  readonly isComplete: boolean;
  readonly #store: StructStore;
  readonly #deleted: DecodedUpdate['ds']['clients'];
  /** By client, in order of their clocks. */
  readonly #byClient = new Map<number, (Y.Item | Y.GC)[]>();
  /** Up to which clock a client's structs are known with it. */
  readonly #known = new Map<number, number>();
  readonly #slots = new Map<Y.Item, Slot>();
  #members: Map<string, Map<string, Content>> | null = null;

  constructor({ structs, ds }: DecodedUpdate, store: StructStore) {
    this.#store = store;
    this.#deleted = ds.clients;
    this.isComplete = this.#isWithoutGap(structs) && this.#knowsAllItNames();
  }

  slotOf(item: Y.Item): Slot {
    let slot = this.#slots.get(item);
    if (slot !== undefined) return slot;
    // Neighbours have the same parent, and so it is not named. They may be many in a row, and all new.
    const way: Y.Item[] = [];
    let at: Y.Item = item;
    while (slot === undefined) {
      way.push(at);
      const named = at.parent as unknown;
      if (named !== null) slot = { parent: this.#parentNamed(named), key: at.parentSub };
      else {
        const neighbour = this.#find(at.origin ?? at.rightOrigin);
        if (!(neighbour instanceof Y.Item)) slot = { parent: null, key: null };
        else if (neighbour.parent instanceof Y.AbstractType)
          slot = { parent: neighbour.parent, key: neighbour.parentSub };
        else if (way.length > this.items.length) throw new RangeError('its neighbours go round in circles');
        else {
          slot = this.#slots.get(neighbour);
          at = neighbour;
        }
      }
    }
    for (const each of way) this.#slots.set(each, slot);
    return slot;
  }

  isDeleted({ client, clock }: Y.ID): boolean {
    const ranges = this.#deleted.get(client) ?? [];
    return ranges.some((range) => range.clock <= clock && clock < range.clock + range.len);
  }

  /** What it puts into the map that a new item holds. */
  membersOf(id: Y.ID): ReadonlyMap<string, Content> {
    return this.#allMembers().get(nameOf(id)) ?? NO_MEMBERS;
  }

  /** Whether something new takes the place of what was in a map. */
  replaces({ parentSub }: Y.Item, parent: Y.AbstractType<unknown>): boolean {
    if (parentSub === null) return false;
    const owner = parent._item === null ? Y.findRootTypeKey(parent) : nameOf(parent._item.id);
    return this.#allMembers().get(owner)?.has(parentSub) === true;
  }

  /** What is in the document and was not deleted until now. */
  *deletedOf(store: StructStore): Iterable<Y.Item> {
    for (const [client, ranges] of this.#deleted) {
      const structs = store.clients.get(client);
      if (structs === undefined) continue;
      const end = Y.getState(store, client);
      for (const { clock, len } of ranges) {
        if (clock >= end) continue;
        for (let index = Y.findIndexSS(structs, clock); index < structs.length; index += 1) {
          const struct = structs[index];
          if (struct === undefined || struct.id.clock >= clock + len) break;
          if (struct instanceof Y.Item && !struct.deleted) yield struct;
        }
      }
    }
  }

  #isWithoutGap(structs: DecodedUpdate['structs']): boolean {
    for (const struct of structs) {
      if (struct instanceof Y.Skip) continue;
      const { client, clock } = struct.id;
      const known = this.#known.get(client) ?? Y.getState(this.#store, client);
      if (clock > known) return false;
      const end = clock + struct.length;
      if (end <= known) continue;
      this.#known.set(client, end);
      const ofClient = this.#byClient.get(client);
      if (ofClient === undefined) this.#byClient.set(client, [struct]);
      else ofClient.push(struct);
      if (struct instanceof Y.Item) this.items.push(struct);
    }
    return true;
  }

  #knowsAllItNames(): boolean {
    const isKnown = (id: unknown): boolean =>
      !(id instanceof Y.ID) || id.clock < (this.#known.get(id.client) ?? Y.getState(this.#store, id.client));
    for (const { origin, rightOrigin, parent } of this.items)
      if (!isKnown(origin) || !isKnown(rightOrigin) || !isKnown(parent)) return false;
    for (const [client, ranges] of this.#deleted) {
      const end = this.#known.get(client) ?? Y.getState(this.#store, client);
      if (ranges.some(({ clock, len }) => clock + len > end)) return false;
    }
    return true;
  }

  #parentNamed(named: unknown): Slot['parent'] {
    if (typeof named === 'string') return named;
    const holder = this.#find(named as Y.ID);
    if (!(holder instanceof Y.Item)) return null;
    if (holder.content instanceof Y.ContentDeleted) return null;
    if (!(holder.content instanceof Y.ContentType)) throw new TypeError('a parent is no shared type');
    return holder.parent instanceof Y.AbstractType ? holder.content.type : holder;
  }

  #find(id: Y.ID | null): Y.Item | Y.GC | null {
    if (id === null) return null;
    const { client, clock } = id;
    const structs =
      clock < Y.getState(this.#store, client) ? this.#store.clients.get(client) : this.#byClient.get(client);
    return structs?.[Y.findIndexSS(structs, clock)] ?? null;
  }

  #allMembers(): Map<string, Map<string, Content>> {
    if (this.#members !== null) return this.#members;
    this.#members = new Map();
    for (const item of this.items) {
      const { parent, key } = this.slotOf(item);
      if (key === null || parent === null || item.content instanceof Y.ContentDeleted) continue;
      const owner = ownerOf(parent);
      const members = this.#members.get(owner);
      if (members === undefined) this.#members.set(owner, new Map([[key, item.content]]));
      else members.set(key, item.content);
    }
    return this.#members;
  }
}

function ownerOf(parent: string | Y.AbstractType<unknown> | Y.Item): string {
  if (typeof parent === 'string') return parent;
  if (parent instanceof Y.Item) return nameOf(parent.id);
  return parent._item === null ? Y.findRootTypeKey(parent) : nameOf(parent._item.id);
}

function nameOf({ client, clock }: Y.ID): string {
  return `${client}:${clock}`;
}
