import type { Identity } from '../auth/identity.ts';
import { pino } from 'pino';
import { encodeAwarenessUpdate, Awareness } from 'y-protocols/awareness';
import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { roomsOn } from '../../test/doubles/document-rooms-under-test.ts';
import { MemoryPageSocket } from '../../test/doubles/memory-page-socket.ts';
import { silentAgents } from '../../test/doubles/silent-agents.ts';
import { silentRuntimes } from '../../test/doubles/silent-runtimes.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import type { SharedDocuments } from '../shared-document.ts';
import type { DownMessage } from '../wire/down.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import { encodeLiveFrame } from '../wire/live-frame.ts';
import type { UpMessage } from '../wire/up.ts';
import { LivePage } from './live-page.ts';
import type { AgentFeed } from './page-agents.ts';
import type { RuntimeNews } from './page-runtimes.ts';
import { PagePresence } from './page-presence.ts';

const TEXT = { type: 'file', format: 'text' } as const;
const EMPTY = new Uint8Array([0]);
const turn = (): Promise<void> => new Promise(setImmediate);
const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

/** A page that does as it is told, as `MemoryPageSocket` sees it. */
class Page extends MemoryPageSocket {
  readonly live: LivePage;

  constructor(server: Server, username: string) {
    super();
    const identity: Identity = {
      ...{ username, name: '', displayName: '', initials: null, avatarUrl: null, color: null },
      right: 'full',
    };
    this.live = new LivePage(this, identity, server);
  }

  say(message: UpMessage): void {
    this.live.receiveText(JSON.stringify(message));
  }

  sendFrame(kind: LiveFrame['kind'], payload: Uint8Array, handle = 1): void {
    this.live.receiveBinary(encodeLiveFrame({ handle, kind, payload }));
  }

  async open(path = 'a.txt', handle = 1): Promise<void> {
    if (!this.live.isWelcome) this.say({ type: 'hello', protocol: 1 });
    this.say({ type: 'open', handle, path, kind: TEXT });
    await turn();
    await turn();
  }

  last<Type extends DownMessage['type']>(type: Type): Extract<DownMessage, { type: Type }> | undefined {
    return this.messages.findLast(
      (message): message is Extract<DownMessage, { type: Type }> => message.type === type,
    );
  }

  framesOf(kind: LiveFrame['kind']): Uint8Array[] {
    return this.frames.filter((frame) => frame.kind === kind).map(({ payload }) => payload);
  }

  /** What the page would show. */
  get text(): string {
    const doc = new Y.Doc();
    for (const payload of [...this.framesOf('missing'), ...this.framesOf('update')])
      Y.applyUpdate(doc, payload);
    return doc.getText('source').toJSON();
  }
}

interface Server {
  readonly documents: SharedDocuments;
  readonly log: FailingEventLog;
  readonly saved: string[];
  readonly presence: PagePresence;
  readonly agents: AgentFeed;
  readonly runtimes: RuntimeNews;
  readonly authorize: Authorize;
  readonly viewers: Set<string>;
  readonly logger: Logger;
  readonly version: string;
  readonly save: (document: { readonly path: string }) => Promise<void>;
}

async function startServer(): Promise<Server> {
  const log = new FailingEventLog();
  const documents = await roomsOn(
    log,
    new Map([
      ['a.txt', { type: 'file', text: 'one' }],
      ['b.txt', { type: 'file', text: 'two' }],
    ]),
  );
  const presence = new PagePresence();
  closing.push(presence, documents);
  const viewers = new Set<string>();
  const saved: string[] = [];
  return {
    documents,
    log,
    saved,
    presence,
    agents: silentAgents,
    runtimes: silentRuntimes,
    viewers,
    authorize({ username }, action) {
      if (action === 'write' && viewers.has(username)) throw new HttpError(403, 'Forbidden');
    },
    logger: pino({ level: 'silent' }),
    version: '1.2.3',
    save: ({ path }) => Promise.resolve(void saved.push(path)),
  };
}

/** What somebody types into a document whose content is `before`, as its updates. */
function typing(before: Uint8Array): { doc: Y.Doc; type(at: number, text: string): Uint8Array } {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, before);
  return {
    doc,
    type(at, text) {
      const vector = Y.encodeStateVector(doc);
      doc.getText('source').insert(at, text);
      return Y.encodeStateAsUpdate(doc, vector);
    },
  };
}

async function fetched(page: Page): Promise<Uint8Array> {
  page.sendFrame('state-vector', EMPTY);
  await turn();
  return page.framesOf('missing').at(-1) as Uint8Array;
}

describe('a live page', () => {
  it('[L1] is welcomed with the version and who it is, once', async () => {
    const page = new Page(await startServer(), 'ada');
    page.say({ type: 'hello', protocol: 1 });
    expect(page.messages).toMatchObject([
      { type: 'welcome', protocol: 1, server: '1.2.3', person: { username: 'ada' } },
    ]);
    page.say({ type: 'hello', protocol: 1 });
    expect(page.closedFor).toBe('malformed-message');
  });

  it('[L1] is turned away where it speaks another protocol', async () => {
    const page = new Page(await startServer(), 'ada');
    page.say({ type: 'hello', protocol: 99 });
    expect(page.closedFor).toBe('unknown-protocol');
  });

  it.each([['{}'], ['['], ['{"type":"open","handle":0,"path":"a","kind":{}}']])(
    '[L1] is closed where it sends what is no message: %s',
    async (text) => {
      const page = new Page(await startServer(), 'ada');
      page.say({ type: 'hello', protocol: 1 });
      page.live.receiveText(text);
      expect(page.closedFor).toBe('malformed-message');
    },
  );

  it('[L2] [L3] opens a document, and gets all of it', async () => {
    const page = new Page(await startServer(), 'ada');
    await page.open();
    expect(page.last('opened')).toMatchObject({ handle: 1, path: 'a.txt', readOnly: false });
    expect(page.framesOf('state-vector')).toHaveLength(1);
    await fetched(page);
    expect(page.text).toBe('one');
  });

  it('[L2] is refused what is not there, and goes on with the rest', async () => {
    const page = new Page(await startServer(), 'ada');
    await page.open('none.txt', 1);
    expect(page.last('refused')).toMatchObject({ handle: 1, code: 'file-not-found' });
    await page.open('a.txt', 2);
    expect(page.last('opened')).toMatchObject({ handle: 2 });
  });

  it('[L2] is refused where it has another history, and nothing is merged (I3)', async () => {
    const server = await startServer();
    const page = new Page(server, 'ada');
    await page.open();
    const { documentId, epoch } = page.last('opened')!;
    for (const known of [
      { documentId, epoch: 'another' },
      { documentId: 'unknown', epoch },
    ]) {
      page.say({ type: 'open', handle: 2, path: 'a.txt', kind: TEXT, known });
      await turn();
      expect(page.last('refused')).toMatchObject({ handle: 2, code: 'other-history' });
    }
    page.say({ type: 'open', handle: 3, path: 'moved.txt', kind: TEXT, known: { documentId, epoch } });
    await turn();
    expect(page.last('opened')).toMatchObject({ handle: 3, documentId, path: 'a.txt' });
  });

  it('[L4] is told what is in the log, and others see it then (I1)', async () => {
    const server = await startServer();
    const [ada, ben] = [new Page(server, 'ada'), new Page(server, 'ben')];
    await ada.open();
    await ben.open();
    const text = typing(await fetched(ada));
    await fetched(ben);
    server.log.hold();
    ada.sendFrame('update', text.type(3, ' more'));
    ada.sendFrame('update', text.type(8, '!'));
    await turn();
    expect(ada.last('acknowledged')).toBeUndefined();
    expect(ben.text).toBe('one');
    server.log.letGo();
    await turn();
    await turn();
    expect(ada.last('acknowledged')).toEqual({ type: 'acknowledged', handle: 1, updates: 2 });
    expect(ben.text).toBe('one more!');
  });

  it('[L5] is asked for what its update builds upon, and told of nothing before it is all there', async () => {
    const server = await startServer();
    const page = new Page(server, 'ada');
    await page.open();
    const text = typing(await fetched(page));
    text.type(3, ' lost');
    page.sendFrame('update', text.type(8, '!'));
    await turn();
    await turn();
    expect(page.last('acknowledged')).toBeUndefined();
    const asked = page.framesOf('state-vector');
    expect(asked).toHaveLength(2);
    page.sendFrame('missing', Y.encodeStateAsUpdate(text.doc, asked[1]));
    await turn();
    await turn();
    expect(page.last('acknowledged')).toMatchObject({ updates: 2 });
    const other = new Page(server, 'ben');
    await other.open();
    await fetched(other);
    expect(other.text).toBe('one lost!');
  });

  it('[L6] saves what it sent before', async () => {
    const server = await startServer();
    const page = new Page(server, 'ada');
    await page.open();
    const text = typing(await fetched(page));
    server.log.hold();
    page.sendFrame('update', text.type(0, 'x'));
    page.say({ type: 'save', handle: 1, request: 7 });
    await turn();
    expect(server.saved).toEqual([]);
    server.log.letGo();
    await turn();
    await turn();
    expect(server.saved).toEqual(['a.txt']);
    expect(page.last('saved')).toEqual({ type: 'saved', handle: 1, request: 7 });
  });

  it('[L6] hears why a file could not be written', async () => {
    const page = new Page(
      { ...(await startServer()), save: () => Promise.reject(new Error('read-only disk')) },
      'ada',
    );
    await page.open();
    page.say({ type: 'save', handle: 1, request: 1 });
    await turn();
    expect(page.last('saved')).toMatchObject({ error: 'read-only disk' });
  });

  it('[L7] loses a document that it changes without the right to, and no other (I7)', async () => {
    const server = await startServer();
    const page = new Page(server, 'viewer');
    await page.open('a.txt', 1);
    await page.open('b.txt', 2);
    const text = typing(await fetched(page));
    // The right is taken away while the document is open.
    server.viewers.add('viewer');
    page.sendFrame('missing', Y.encodeStateAsUpdate(text.doc, Y.encodeStateVector(text.doc)));
    await turn();
    expect(page.last('ended')).toBeUndefined();
    page.sendFrame('update', text.type(0, 'x'));
    await turn();
    expect(page.last('ended')).toMatchObject({ handle: 1, reason: 'read-only' });
    page.sendFrame('state-vector', EMPTY, 2);
    await turn();
    expect(page.framesOf('missing')).toHaveLength(2);
    await page.open('a.txt', 3);
    expect(page.last('opened')).toMatchObject({ handle: 3, readOnly: true });
    page.say({ type: 'save', handle: 3, request: 1 });
    page.sendFrame('state-vector', EMPTY, 3);
    await turn();
    expect(page.last('saved')?.error).toContain('not changed');
    expect(server.saved).toEqual([]);
    expect(page.closedFor).toBeNull();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, page.framesOf('missing').at(-1) as Uint8Array);
    expect(doc.getText('source').toJSON()).toBe('one');
  });

  it('loses a document to which it sends what is no update, which stays as it was', async () => {
    const page = new Page(await startServer(), 'ada');
    await page.open();
    page.sendFrame('update', new Uint8Array([1, 2, 3]));
    await turn();
    expect(page.last('ended')).toMatchObject({ reason: 'malformed-update' });
    await page.open('a.txt', 2);
    page.sendFrame('state-vector', EMPTY, 2);
    await turn();
    expect(page.text).toBe('one');
  });

  it('[L8] sees others, here and in the document, until they go (I8)', async () => {
    const server = await startServer();
    const [ada, ben] = [new Page(server, 'ada'), new Page(server, 'ben')];
    await ada.open();
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    awareness.setLocalState({ user: 'ada' });
    const state = encodeAwarenessUpdate(awareness, [doc.clientID]);
    ada.sendFrame('awareness', state, 0);
    ada.sendFrame('awareness', state, 1);
    await ben.open();
    const heard = (handle: number) =>
      ben.frames.filter((frame) => frame.kind === 'awareness' && frame.handle === handle).length;
    expect([heard(0), heard(1)]).toEqual([1, 1]);
    ada.live.closed();
    expect([heard(0), heard(1)]).toEqual([2, 2]);
    awareness.destroy();
  });

  it('[L9] is closed where it does not read', async () => {
    const server = await startServer();
    const [ada, ben] = [new Page(server, 'ada'), new Page(server, 'ben')];
    await ada.open();
    await ben.open();
    const text = typing(await fetched(ada));
    ben.unsentBytes = 17 * 1024 * 1024;
    ada.sendFrame('update', text.type(0, 'x'));
    await turn();
    await turn();
    expect(ben.closedFor).toBe('not-reading');
    expect(ada.closedFor).toBeNull();
  });

  it('[L9] gets what is long in parts', async () => {
    const server = await startServer();
    const [ada, ben] = [new Page(server, 'ada'), new Page(server, 'ben')];
    await ada.open();
    const text = typing(await fetched(ada));
    ada.sendFrame('update', text.type(0, 'x'.repeat(1_200_000)));
    await ben.open();
    ben.sendFrame('state-vector', EMPTY);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    const parts = ben.frames.filter((frame) => frame.kind === 'part');
    expect(parts.map(({ isLast }) => isLast)).toEqual([false, false, true]);
  });

  it('[L10] is read no further while its changes wait for the log', async () => {
    const server = await startServer();
    const page = new Page(server, 'ada');
    await page.open();
    const text = typing(await fetched(page));
    server.log.hold();
    page.sendFrame('update', text.type(0, 'x'.repeat(9 * 1024 * 1024)));
    await turn();
    expect(page.isPaused).toBe(true);
    server.log.letGo();
    await turn();
    await turn();
    expect(page.isPaused).toBe(false);
  });

  it('hears that its document was renamed, and that it was deleted', async () => {
    const server = await startServer();
    const page = new Page(server, 'ada');
    await page.open();
    const document = await server.documents.open(page.last('opened')!.documentId);
    for (const participant of document.participants) participant.renamed('c.txt');
    expect(page.last('renamed')).toEqual({ type: 'renamed', handle: 1, path: 'c.txt' });
    for (const participant of document.participants) participant.ended({ reason: 'deleted' });
    expect(page.last('ended')).toMatchObject({ handle: 1, reason: 'deleted' });
  });

  it('I7 [L13]: is told of places and kernels while it watches them, if it may read them', async () => {
    const watched = new Set<() => void>();
    const runtimes = {
      watch(listener: () => void): () => void {
        watched.add(listener);
        return () => watched.delete(listener);
      },
    };
    const server = { ...(await startServer()), runtimes };
    const isNews = ({ type }: DownMessage): boolean => type === 'runtimes-changed';
    const page = new Page(server, 'ada');
    page.say({ type: 'hello', protocol: 1 });
    page.say({ type: 'runtimes-watch' });
    page.say({ type: 'runtimes-watch' });
    expect(watched.size).toBe(1);
    const before = page.messages.filter(isNews).length;
    for (const listener of watched) listener();
    expect(page.messages.filter(isNews)).toHaveLength(before + 1);
    page.say({ type: 'runtimes-unwatch' });
    expect(watched.size).toBe(0);
    page.say({ type: 'runtimes-watch' });
    page.live.closed();
    expect(watched.size).toBe(0);
    const authorize: Authorize = () => {
      throw new HttpError(403, 'Forbidden');
    };
    const stranger = new Page({ ...server, authorize }, 'eve');
    stranger.say({ type: 'hello', protocol: 1 });
    stranger.say({ type: 'runtimes-watch' });
    expect([watched.size, stranger.messages.filter(isNews).length]).toEqual([0, 0]);
  });
});
