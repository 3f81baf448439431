import type { JSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { resultOf } from '../offline/storage/database.ts';

/** A notebook that only this browser has. Times are ISO 8601. */
export interface PrivateCopy {
  /** `a.ipynb`; unique in this browser. */
  readonly name: string;
  /** API path of the notebook that it was taken from, and when. */
  readonly from: string;
  readonly takenAt: string;
  readonly savedAt: string;
  readonly content: JSONObject;
}

const STORE = 'copies';

/** The private copies in this browser's database. They are of one server, and of nobody else's browser. */
export class PrivateCopies {
  readonly changed = new Signal<this, void>(this);
  #opened: Promise<IDBDatabase> | null = null;

  constructor(
    private readonly name: string,
    /** undefined or null where the browser has none. */
    private readonly factory: IDBFactory | undefined | null,
  ) {}

  /** The newest first. */
  async list(): Promise<PrivateCopy[]> {
    if (!(await this.#isThere())) return [];
    const all = await this.#do('readonly', (store) => resultOf(store.getAll() as IDBRequest<PrivateCopy[]>));
    return all.sort((one, other) => other.savedAt.localeCompare(one.savedAt));
  }

  async find(name: string): Promise<PrivateCopy | null> {
    if (!(await this.#isThere())) return null;
    const found = await this.#do('readonly', (store) =>
      resultOf(store.get(name) as IDBRequest<PrivateCopy | undefined>),
    );
    return found ?? null;
  }

  /** Under the notebook's own name, or one like it where that is taken. @throws DOMException where there is no room */
  async add(copy: Omit<PrivateCopy, 'name' | 'savedAt'>): Promise<PrivateCopy> {
    const base = (copy.from.split('/').pop() ?? '').replace(/\.ipynb$/i, '');
    const added = await this.#do('readwrite', async (store) => {
      const taken = new Set(await resultOf(store.getAllKeys()));
      let name = `${base}.ipynb`;
      for (let number = 2; taken.has(name); number += 1) name = `${base} (${number}).ipynb`;
      const made = { ...copy, name, savedAt: new Date().toISOString() };
      await resultOf(store.add(made));
      return made;
    });
    this.changed.emit();
    return added;
  }

  /** @throws Error where it is gone; DOMException where there is no room */
  async save(name: string, content: JSONObject): Promise<PrivateCopy> {
    const saved = await this.#do('readwrite', async (store) => {
      const found = await resultOf(store.get(name) as IDBRequest<PrivateCopy | undefined>);
      if (found === undefined) throw new Error(`The private copy ${name} was deleted.`);
      const next = { ...found, content, savedAt: new Date().toISOString() };
      await resultOf(store.put(next));
      return next;
    });
    this.changed.emit();
    return saved;
  }

  /** @throws Error where it is gone, or the other name is taken */
  async rename(name: string, newName: string): Promise<PrivateCopy> {
    const renamed = await this.#do('readwrite', async (store) => {
      const found = await resultOf(store.get(name) as IDBRequest<PrivateCopy | undefined>);
      if (found === undefined) throw new Error(`The private copy ${name} was deleted.`);
      const next = { ...found, name: newName };
      await resultOf(store.add(next));
      await resultOf(store.delete(name));
      return next;
    });
    this.changed.emit();
    return renamed;
  }

  async remove(name: string): Promise<void> {
    await this.#do('readwrite', (store) => resultOf(store.delete(name)));
    this.changed.emit();
  }

  /** Asked for each notebook that is opened: whoever never took a copy gets no database for it. */
  async #isThere(): Promise<boolean> {
    if (this.#opened !== null) return true;
    const databases = await this.factory?.databases?.();
    // Browsers that do not tell have to open it.
    return databases === undefined || databases.some(({ name }) => name === this.name);
  }

  async #do<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    const transaction = (await this.#open()).transaction(STORE, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('It was not kept.'));
    });
    const result = await work(transaction.objectStore(STORE)).catch((error: unknown) => {
      // Told by the error; a transaction whose request has failed is over by itself.
      done.catch(() => undefined);
      throw error;
    });
    await done;
    return result;
  }

  #open(): Promise<IDBDatabase> {
    return (this.#opened ??= this.#openNow().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    }));
  }

  async #openNow(): Promise<IDBDatabase> {
    if (this.factory === undefined || this.factory === null)
      throw new Error('This browser keeps nothing for pages, and so no private copies.');
    const request = this.factory.open(this.name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'name' });
    const database = await resultOf(request);
    database.onversionchange = () => database.close();
    database.onclose = () => (this.#opened = null);
    return database;
  }
}
