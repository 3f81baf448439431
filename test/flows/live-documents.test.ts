import { YFile } from '@jupyter/ydoc';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { LiveDocuments } from '../../lab-extension/src/documents/live-documents.ts';
import type { LiveDocument } from '../../lab-extension/src/live/live-document.ts';
import { LiveSocket } from '../../lab-extension/src/live/live-socket.ts';
import type { DocumentStorage, KeptFork, StorableDocument } from '../../lab-extension/src/tokens.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { HttpError } from '../../server/http-error.ts';
import type { LivePageDependencies } from '../../server/live/live-page.ts';
import { PagePresence } from '../../server/live/page-presence.ts';
import type { SharedDocuments } from '../../server/shared-document.ts';
import { silentAgents } from '../doubles/silent-agents.ts';
import { silentRuntimes } from '../doubles/silent-runtimes.ts';
import { roomsOn } from '../doubles/document-rooms-under-test.ts';
import { FailingEventLog } from '../doubles/failing-event-log.ts';
import { LiveNetwork, StoppedClock } from '../doubles/live-network.ts';

const TEXT = { type: 'file', format: 'text' } as const;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface TestServer extends LivePageDependencies {
  readonly documents: SharedDocuments;
  readonly viewers: Set<string>;
}

async function startServer(log: EventLog, text = 'one'): Promise<TestServer> {
  const documents = await roomsOn(log, new Map([['a.txt', { type: 'file', text }]]));
  const presence = new PagePresence();
  const viewers = new Set<string>();
  closing.push(
    () => presence.close(),
    () => documents.close(),
  );
  return {
    documents,
    presence,
    agents: silentAgents,
    runtimes: silentRuntimes,
    viewers,
    logger: pino({ level: 'silent' }),
    version: '1',
    save: (document) => document.committed(),
    authorize({ username }, action) {
      if (action === 'write' && viewers.has(username)) throw new HttpError(403, 'Forbidden');
    },
  };
}

/** A page of JupyterLab, as far as it has to do with documents. */
class Page {
  readonly clock = new StoppedClock();
  readonly socket: LiveSocket;
  readonly documents: LiveDocuments;
  readonly forks: KeptFork[] = [];
  readonly lost: string[] = [];

  constructor(network: LiveNetwork, username: string, storage?: DocumentStorage) {
    this.socket = new LiveSocket(network.openTransport(username), this.clock, () => true);
    this.documents = new LiveDocuments(this.socket, this.clock);
    this.documents.setForkKeeper({ keep: (fork) => void this.forks.push(fork) });
    this.documents.lost.connect((_, { reason }) => this.lost.push(reason));
    if (storage !== undefined) this.documents.setStorage(storage);
    this.socket.retry();
    closing.push(() => this.close());
  }

  open(): LiveDocument {
    return this.documents.open('a.txt', TEXT, new YFile());
  }

  close(): void {
    for (const { sharedModel } of [...this.documents.documents]) sharedModel.dispose();
    this.documents.awareness.destroy();
    this.socket.close();
  }
}

const textOf = ({ ydoc }: LiveDocument): string => ydoc.getText('source').toJSON();
const type = (document: LiveDocument, at: number, text: string): void =>
  document.ydoc.getText('source').insert(at, text);

describe('a shared document in two pages', () => {
  test('has what both type, and each knows when its changes are in the log (I1)', async () => {
    const log = new FailingEventLog();
    const network = new LiveNetwork(await startServer(log));
    const [ada, ben] = [new Page(network, 'ada'), new Page(network, 'ben')];
    const [one, other] = [ada.open(), ben.open()];
    expect(one.syncState).toEqual({ kind: 'syncing', unsentChanges: 0 });
    await network.flush();
    await one.ready;
    expect([textOf(one), textOf(other)]).toEqual(['one', 'one']);
    expect(one.syncState).toEqual({ kind: 'saved' });

    log.hold();
    type(one, 3, ' two');
    type(other, 0, 'zero ');
    await network.flush();
    expect(one.syncState).toEqual({ kind: 'syncing', unsentChanges: 1 });
    log.letGo();
    await network.flush();
    expect([textOf(one), textOf(other)]).toEqual(['zero one two', 'zero one two']);
    expect(one.syncState).toEqual({ kind: 'saved' });
  });

  test('merges what was typed while the network was cut, in both, without a reload', async () => {
    const server = await startServer(new FailingEventLog());
    const network = new LiveNetwork(server);
    const [ada, ben] = [new Page(network, 'ada'), new Page(network, 'ben')];
    const [one, other] = [ada.open(), ben.open()];
    await network.flush();
    await network.cut();
    network.server = null;
    type(one, 3, ' two');
    type(one, 7, '!');
    type(other, 0, 'zero ');
    expect(one.syncState).toEqual({ kind: 'offline', unsentChanges: 2 });
    for (let tries = 0; tries < 5; tries += 1) {
      ada.clock.pass(15_000);
      await network.flush();
    }
    expect(ada.socket.status.kind).toBe('reconnecting');
    network.server = server;
    ada.clock.pass(15_000);
    ben.clock.pass(15_000);
    await network.flush();
    expect([textOf(one), textOf(other)]).toEqual(['zero one two!', 'zero one two!']);
    expect([one, other].map(({ syncState }) => syncState.kind)).toEqual(['saved', 'saved']);
    expect([...ada.lost, ...ben.lost, ...ada.forks]).toEqual([]);
  });

  test('survives a server that is killed while people type: what it never had is sent again (I1, I3)', async () => {
    const log = new FailingEventLog();
    const network = new LiveNetwork(await startServer(log));
    const page = new Page(network, 'ada');
    const document = page.open();
    await network.flush();
    type(document, 3, ' two');
    // The frame is on its way when the server dies; its successor has the log alone.
    await network.cut();
    type(document, 7, ' three');
    network.server = await startServer(log, 'something else');
    page.clock.pass(15_000);
    await network.flush();
    expect(textOf(document)).toBe('one two three');
    expect(document.syncState).toEqual({ kind: 'saved' });
    const { documentId } = document;
    const held = await network.server.documents.open(documentId);
    expect(held.ydoc.getText('source').toJSON()).toBe('one two three');
  });

  test('brings back to a server that was restored from a backup what it has lost', async () => {
    const log = new FailingEventLog();
    const network = new LiveNetwork(await startServer(log));
    const page = new Page(network, 'ada');
    const document = page.open();
    await network.flush();
    const backup = new FailingEventLog();
    for (const stream of ['documents', `document:${document.documentId}`]) {
      for await (const event of log.read(stream)) await backup.append(stream, [event]);
    }
    type(document, 3, ' two');
    await network.flush();
    expect(document.syncState).toEqual({ kind: 'saved' });
    await network.cut();
    const restored = await startServer(backup);
    network.server = restored;
    page.clock.pass(15_000);
    await network.flush();
    const again = await restored.documents.open(document.documentId);
    expect(again.ydoc.getText('source').toJSON()).toBe('one two');
    expect(page.lost).toEqual([]);
  });

  test('is never merged with another history: what was not sent is kept as a fork (I3)', async () => {
    const network = new LiveNetwork(await startServer(new FailingEventLog()));
    const page = new Page(network, 'ada');
    const document = page.open();
    await network.flush();
    await network.cut();
    type(document, 3, ' mine');
    // A server that knows nothing of it: its log was thrown away.
    const other = await startServer(new FailingEventLog(), 'another');
    network.server = other;
    page.clock.pass(15_000);
    await network.flush();
    expect(page.lost).toEqual(['other-history']);
    expect(page.forks).toMatchObject([{ reason: 'other-history', unsentChanges: 1, path: 'a.txt' }]);
    const kept = new Y.Doc();
    Y.applyUpdate(kept, page.forks[0]!.state);
    expect(kept.getText('source').toJSON()).toBe('one mine');
    const fresh = page.open();
    await network.flush();
    expect(textOf(fresh)).toBe('another');
  });

  test('is read by who may not write, whose text is kept as a fork when the right is taken (I7)', async () => {
    const server = await startServer(new FailingEventLog());
    const network = new LiveNetwork(server);
    const page = new Page(network, 'ada');
    const document = page.open();
    await network.flush();
    server.viewers.add('ada');
    type(document, 3, ' mine');
    await network.flush();
    expect(page.lost).toEqual(['read-only']);
    expect(page.forks).toMatchObject([{ reason: 'read-only', unsentChanges: 1 }]);
    const reading = page.open();
    await network.flush();
    expect(textOf(reading)).toBe('one');
    expect(reading.syncState).toEqual({ kind: 'read-only' });
    type(reading, 0, 'not sent ');
    await network.flush();
    expect((await server.documents.open(reading.documentId)).ydoc.getText('source').toJSON()).toBe('one');
  });

  test('says so where the log cannot be written, and goes on when it can', async () => {
    const log = new FailingEventLog();
    const network = new LiveNetwork(await startServer(log));
    const page = new Page(network, 'ada');
    const document = page.open();
    await network.flush();
    log.refusal = 'EVENT_LOG_DISK_FULL';
    type(document, 3, ' two');
    await network.flush();
    expect(document.syncState).toMatchObject({ kind: 'failed', unsentChanges: 1 });
    log.refusal = null;
    page.clock.pass(2_000);
    await network.flush();
    expect(document.syncState).toEqual({ kind: 'saved' });
    expect(textOf(document)).toBe('one two');
  });

  test('opens without the server from what this computer has, and is the same document when it is back', async () => {
    const log = new FailingEventLog();
    const server = await startServer(log);
    const network = new LiveNetwork(server);
    const stored = new StoredText();
    const before = new Page(network, 'ada', stored);
    type(await opened(before, network), 3, ' two');
    await network.flush();
    await network.cut();
    type(before.documents.documents[0]!, 7, ' unsent');
    before.close();

    network.server = null;
    const after = new Page(network, 'ada', stored);
    const document = after.open();
    await network.flush();
    await document.ready;
    expect(textOf(document)).toBe('one two unsent');
    expect(document.syncState).toEqual({ kind: 'offline', unsentChanges: 1 });
    network.server = server;
    after.clock.pass(15_000);
    await network.flush();
    expect(document.syncState).toEqual({ kind: 'saved' });
    const held = await server.documents.open(document.documentId);
    expect(held.ydoc.getText('source').toJSON()).toBe('one two unsent');
  });

  test('[L6] is saved when somebody asks, and whoever asked hears that nobody answers any more', async () => {
    const network = new LiveNetwork(await startServer(new FailingEventLog()));
    const page = new Page(network, 'ada');
    const document = page.open();
    await network.flush();
    const saved = document.save();
    await network.flush();
    await expect(saved).resolves.toBeUndefined();
    const unanswered = document.save();
    await Promise.all([expect(unanswered).rejects.toThrow('The connection was lost.'), network.cut()]);
    await expect(document.save()).rejects.toThrow('cannot be reached');
  });

  test('shows who is here, and nobody who has gone (I8)', async () => {
    const network = new LiveNetwork(await startServer(new FailingEventLog()));
    const [ada, ben] = [new Page(network, 'ada'), new Page(network, 'ben')];
    const names = (page: Page) =>
      [...page.documents.awareness.getStates().values()].map(({ name }) => name as string).sort();
    ada.documents.awareness.setLocalState({ name: 'ada' });
    ben.documents.awareness.setLocalState({ name: 'ben' });
    await network.flush();
    expect([names(ada), names(ben)]).toEqual([
      ['ada', 'ben'],
      ['ada', 'ben'],
    ]);
    await network.cut();
    expect(names(ada)).toEqual(['ada']);
    ada.clock.pass(15_000);
    ben.clock.pass(15_000);
    await network.flush();
    expect(names(ada)).toEqual(['ada', 'ben']);
    ben.close();
    await network.flush();
    expect(names(ada)).toEqual(['ada']);
  });

  test('an old page hears that only reloading helps', async () => {
    const network = new LiveNetwork(await startServer(new FailingEventLog()));
    const page = new Page(network, 'ada');
    await network.flush();
    await network.cut('unknown-protocol');
    expect(page.socket.status).toEqual({ kind: 'outdated' });
  });
});

async function opened(page: Page, network: LiveNetwork): Promise<LiveDocument> {
  const document = page.open();
  await network.flush();
  await document.ready;
  return document;
}

/** A storage for one document, in memory. */
class StoredText implements DocumentStorage {
  #known: StorableDocument | null = null;
  #unsent = 0;
  readonly #kept = new Y.Doc();

  find(): Promise<StorableDocument | null> {
    return Promise.resolve(this.#known);
  }

  load(document: StorableDocument) {
    this.#known = document;
    Y.applyUpdate(document.ydoc, Y.encodeStateAsUpdate(this.#kept), this);
    const keep = (update: Uint8Array) => Y.applyUpdate(this.#kept, update);
    document.ydoc.on('update', keep);
    return Promise.resolve({
      unsentChanges: this.#unsent,
      unsentUpdate: null,
      forks: [],
      unsentChanged: (unsent: number) => void (this.#unsent = unsent),
      renamed: () => undefined,
      forget: () => Promise.resolve(),
      close: () => document.ydoc.off('update', keep),
    });
  }
}
