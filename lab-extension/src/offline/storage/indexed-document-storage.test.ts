import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { KeptForks } from '../../forks/kept-forks.ts';
import { OpeningError } from '../../live/opening-error.ts';
import type { ILiveDocument } from '../../tokens.ts';
import { sendLeftBehind } from '../send-left-behind.ts';
import { OfflineDatabase, resultOf } from './database.ts';
import { IndexedDocumentStorage } from './indexed-document-storage.ts';
import type { IndexedDocument } from './indexed-document.ts';
import { OfflineChannel, type Channel } from './offline-channel.ts';

const NOTEBOOK = { type: 'notebook', format: 'json' } as const;
const textIn = (document: Y.Doc): string => document.getText('source').toJSON();

/** Channels of one name, which hear each other at once. */
class Channels {
  readonly #all: Channel[] = [];

  open(): OfflineChannel {
    const channel: Channel = {
      onmessage: null,
      close: () => undefined,
      postMessage: (data: unknown) => {
        for (const each of this.#all)
          if (each !== channel)
            each.onmessage?.call(each as BroadcastChannel, new MessageEvent('message', { data }));
      },
    };
    this.#all.push(channel);
    return new OfflineChannel(channel);
  }
}

let databases = 0;

describe('documents in the browser’s database', () => {
  let name: string;
  let time: number;
  let channels: Channels;

  function tab(id: string, more: { connected?: boolean; root?: string; factory?: IDBFactory } = {}) {
    const database = new OfflineDatabase(name, more.factory ?? indexedDB);
    const storage = new IndexedDocumentStorage({
      database,
      channel: channels.open(),
      root: more.root ?? 'root',
      tab: id,
      isConnected: () => more.connected ?? true,
      now: () => (time += 1),
    });
    return { database, storage };
  }

  async function opened(
    storage: IndexedDocumentStorage,
    more: { documentId?: string; epoch?: string; path?: string } = {},
  ) {
    const { documentId = 'a', epoch = 'one' } = more;
    const path = more.path ?? `${documentId}.ipynb`;
    const ydoc = new Y.Doc();
    const stored = (await storage.load({ documentId, epoch, path, kind: NOTEBOOK, ydoc })) as IndexedDocument;
    await stored.flush();
    return { ydoc, stored, text: ydoc.getText('source') };
  }

  async function count(database: OfflineDatabase, store: 'documents' | 'updates'): Promise<number> {
    return database.transact([store], 'readonly', (transaction) =>
      resultOf(transaction.objectStore(store).count()),
    );
  }

  beforeEach(() => {
    name = `test-${(databases += 1)}`;
    time = 0;
    channels = new Channels();
  });

  test('come back as they were, whoever changed them, without being closed', async () => {
    const here = await opened(tab('first').storage);
    const there = new Y.Doc();
    there.getText('source').insert(0, 'from the server, ');
    Y.applyUpdate(here.ydoc, Y.encodeStateAsUpdate(there));
    here.text.insert(here.text.length, 'typed here');
    await here.stored.flush();
    const again = await opened(tab('second').storage);
    expect(textIn(again.ydoc)).toBe('from the server, typed here');
  });

  test('hold whatever is typed in several tabs, in any order', async () => {
    const edit = fc.tuple(fc.nat(2), fc.nat(100), fc.string({ minLength: 1, maxLength: 5 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 30 }), async (edits) => {
        name = `test-${(databases += 1)}`;
        const tabs = await Promise.all(['0', '1', '2'].map((id) => opened(tab(id).storage)));
        for (const [index, at, words, deletes] of edits) {
          const { text } = tabs[index]!;
          if (deletes && text.length > 0) text.delete(at % text.length, 1);
          else text.insert(at % (text.length + 1), words);
        }
        for (const { stored } of tabs) await stored.flush();
        const expected = new Y.Doc();
        for (const { ydoc } of tabs) Y.applyUpdate(expected, Y.encodeStateAsUpdate(ydoc));
        expect(textIn((await opened(tab('next').storage)).ydoc)).toBe(textIn(expected));
      }),
      { numRuns: 15 },
    );
  });

  test('are found by their path, under the folder that is served', async () => {
    const { storage } = tab('first');
    const { stored } = await opened(storage);
    stored.renamed('b.ipynb');
    await stored.flush();
    expect(await storage.find('b.ipynb', NOTEBOOK)).toEqual({ documentId: 'a', epoch: 'one' });
    expect(await storage.find('a.ipynb', NOTEBOOK)).toBeNull();
    expect(await storage.find('b.ipynb', { type: 'file', format: 'text' })).toBeNull();
    expect(await tab('other', { root: 'elsewhere' }).storage.find('b.ipynb', NOTEBOOK)).toBeNull();
    expect(await storage.available()).toMatchObject([{ path: 'b.ipynb', unsentChanges: 0 }]);
  });

  test('[L12] with what was typed and is not confirmed, also where another has deleted it since', async () => {
    for (const isCompacted of [false, true]) {
      name = `test-${(databases += 1)}`;
      const here = await opened(tab('first').storage);
      here.text.insert(0, 'typed ');
      here.stored.unsentChanged(1);
      const there = new Y.Doc();
      Y.applyUpdate(there, Y.encodeStateAsUpdate(here.ydoc));
      there.getText('source').delete(0, 6);
      Y.applyUpdate(here.ydoc, Y.encodeStateAsUpdate(there));
      for (let more = 0; isCompacted && more < 450; more += 1) {
        here.text.insert(0, 'x');
        await here.stored.flush();
      }
      await here.stored.flush();
      const again = await opened(tab('second').storage);
      expect(textIn(again.ydoc)).not.toContain('typed');
      const typed = new Y.Doc();
      Y.applyUpdate(typed, again.stored.unsentUpdate!);
      expect(textIn(typed)).toContain('typed ');
      // Confirmed by now, it is not kept beside the document any more.
      again.stored.unsentChanged(0);
      await again.stored.flush();
      expect((await opened(tab('third').storage)).stored.unsentUpdate).toBeNull();
    }
  });

  test('I3: of another history are never merged; changes that were not sent become a fork', async () => {
    const first = await opened(tab('first').storage);
    first.text.insert(0, 'only here');
    first.stored.unsentChanged(3);
    first.stored.close();
    await first.stored.flush();
    const second = await opened(tab('second').storage, { epoch: 'two' });
    expect(textIn(second.ydoc)).toBe('');
    expect(second.stored.forks).toMatchObject([
      { documentId: 'a', epoch: 'one', unsentChanges: 3, reason: 'other-history', path: 'a.ipynb' },
    ]);
    const fork = new Y.Doc();
    Y.applyUpdate(fork, second.stored.forks[0]!.state);
    expect(textIn(fork)).toBe('only here');
    expect((await opened(tab('third').storage, { epoch: 'two' })).stored.forks).toEqual([]);
  });

  test('that no server takes become a fork', async () => {
    const { storage } = tab('first');
    const { text, stored } = await opened(storage);
    text.insert(0, 'only here');
    stored.unsentChanged(1);
    stored.close();
    await stored.flush();
    const sent: string[] = [];
    await sendLeftBehind(
      {
        at: () => null,
        sendStored: (path) => {
          sent.push(path);
          return Promise.reject(new OpeningError('file-not-found', 'It is gone.'));
        },
      },
      storage,
    );
    expect(sent).toEqual(['a.ipynb']);
    expect(await storage.available()).toEqual([]);
    const forks = new KeptForks(new OfflineDatabase(name, indexedDB), null, 'root');
    await forks.read();
    expect(forks.forks).toMatchObject([{ path: 'a.ipynb', reason: 'deleted', unsentChanges: 1 }]);
  });

  test('are sent when nobody has them open, and only where there is something to send', async () => {
    const { storage } = tab('first');
    for (const documentId of ['sent', 'unsent', 'open']) {
      const { stored } = await opened(storage, { documentId });
      stored.unsentChanged(documentId === 'sent' ? 0 : 1);
      stored.close();
      await stored.flush();
    }
    const sent: string[] = [];
    await sendLeftBehind(
      {
        at: (path) => (path === 'open.ipynb' ? ({} as ILiveDocument) : null),
        sendStored: (path) => Promise.resolve(void sent.push(path)),
      },
      storage,
    );
    expect(sent).toEqual(['unsent.ipynb']);
  });

  test('of another history are forgotten where all was sent', async () => {
    const { database, storage } = tab('first');
    (await opened(storage)).stored.close();
    const { stored } = await opened(storage, { documentId: 'b', path: 'a.ipynb' });
    expect(stored.forks).toEqual([]);
    expect(await count(database, 'documents')).toBe(1);
  });

  test('say how many changes were not sent, of a tab that crashed too, until another tab sent them', async () => {
    const first = await opened(tab('first').storage);
    first.stored.unsentChanged(2);
    await first.stored.flush();
    const other = await opened(tab('other').storage);
    expect(other.stored.unsentChanges).toBe(2);
    other.stored.unsentChanged(0);
    await other.stored.flush();
    expect((await opened(tab('next').storage)).stored.unsentChanges).toBe(0);
    first.stored.unsentChanged(1);
    await first.stored.flush();
    other.stored.unsentChanged(4);
    await other.stored.flush();
    expect((await opened(tab('last').storage)).stored.unsentChanges).toBe(5);
  });

  test('take as much room as what is in them, however much was typed and deleted', async () => {
    const { database, storage } = tab('first');
    const { text, stored } = await opened(storage);
    for (let round = 0; round < 1_200; round += 1) {
      text.insert(0, 'typed and deleted');
      text.delete(0, text.length);
      await stored.flush();
    }
    text.insert(0, 'the end');
    await stored.flush();
    expect(await count(database, 'updates')).toBeLessThan(450);
    expect(textIn((await opened(tab('second').storage)).ydoc)).toBe('the end');
  });

  test('keep what another tab stored when one makes them smaller', async () => {
    const one = await opened(tab('one').storage);
    const other = await opened(tab('other').storage);
    other.text.insert(0, 'of the other tab');
    await other.stored.flush();
    for (let round = 0; round < 450; round += 1) {
      one.text.insert(0, 'x');
      await one.stored.flush();
    }
    expect(textIn((await opened(tab('third').storage)).ydoc)).toContain('of the other tab');
  });

  test('that were used longest ago are forgotten, but none with changes that were not sent', async () => {
    const { database, storage } = tab('first');
    for (let number = 0; number < 205; number += 1) {
      const { stored } = await opened(storage, { documentId: `d${number}` });
      if (number === 0) stored.unsentChanged(1);
      stored.close();
      await stored.flush();
    }
    await opened(storage, { documentId: 'last' });
    expect(await count(database, 'documents')).toBeLessThanOrEqual(201);
    expect(await storage.find('d0.ipynb', NOTEBOOK)).not.toBeNull();
    expect(await storage.find('d1.ipynb', NOTEBOOK)).toBeNull();
    expect(await storage.find('d204.ipynb', NOTEBOOK)).not.toBeNull();
  });

  test('are seen by other tabs as they are typed while there is no server, and not stored twice', async () => {
    const one = await opened(tab('one', { connected: false }).storage);
    const there = tab('other', { connected: false });
    const other = await opened(there.storage);
    const online = await opened(tab('online').storage);
    one.text.insert(0, 'typed in one');
    expect(textIn(other.ydoc)).toBe('typed in one');
    expect(textIn(online.ydoc)).toBe('');
    await Promise.all([one.stored.flush(), other.stored.flush()]);
    expect(await count(there.database, 'updates')).toBe(1);
  });

  test('are used without being kept where the browser keeps nothing, and say so', async () => {
    const factory = {
      open: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    } as unknown as IDBFactory;
    const { storage } = tab('private', { factory });
    await expect(opened(storage)).rejects.toThrow('insecure');
    expect(storage.problem).toEqual({ kind: 'not-allowed', reason: 'The operation is insecure.' });
    expect(await storage.available()).toEqual([]);
  });

  test('say that there is no room, and are whole again once there is', async () => {
    const { database, storage } = tab('first');
    const { text, stored, ydoc } = await opened(storage);
    const transact = database.transact.bind(database);
    database.transact = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    text.insert(0, 'while there was no room');
    await stored.flush();
    expect(storage.problem).toEqual({ kind: 'full' });
    database.transact = transact;
    time += 20_000;
    text.insert(0, 'afterwards, ');
    await stored.flush();
    expect(storage.problem).toBeNull();
    expect(textIn((await opened(tab('second').storage)).ydoc)).toBe(textIn(ydoc));
  });

  test('are not kept any more once they are forgotten', async () => {
    const { database, storage } = tab('first');
    const { text, stored } = await opened(storage);
    text.insert(0, 'gone');
    await stored.flush();
    await stored.forget();
    text.insert(0, 'later');
    await stored.flush();
    expect(await count(database, 'documents')).toBe(0);
    expect(await count(database, 'updates')).toBe(0);
  });

  test('go when somebody logs out, also while a tab shows them', async () => {
    const { storage } = tab('first');
    const { text, stored } = await opened(storage);
    text.insert(0, 'private');
    await stored.flush();
    await resultOf(indexedDB.deleteDatabase(name));
    expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(name);
  });
});
