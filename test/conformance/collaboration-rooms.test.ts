import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { RoomClient } from '../servers/room-client.ts';
import { codeCell, getNotebook, sourceOf } from '../servers/stock-page.ts';
import { enter, NOTEBOOK, onDisk, open, playOnBoth, session, TEXT, write } from './collaboration-play.ts';
import type { Play } from './collaboration-play.ts';
import type { Deviation } from './deviation.ts';

/** Conversations in the rooms of documents, with jupyter-collaboration's own server and with ours in its place. */
const sameOnBoth = playOnBoth();
const NONE = '00000000-0000-4000-8000-000000000000';
const say = (client: RoomClient, ...bytes: number[]): void => client.socket.send(Uint8Array.from(bytes));
/** Long enough for what a server does by itself: it looks at files each second, and saves a second after a change. */
const aWhile = (): Promise<void> => sleep(2_500);

sameOnBoth(
  'who comes in is asked, answered, and has the document',
  async (server) => {
    write(server, 'join.ipynb', '1 + 1', '2 + 2');
    const { roomId, sessionId } = await session(server, 'join.ipynb');
    const client = enter(server, { roomId, sessionId });
    await client.synced;
    client.doc.getMap('state').set('document_id', roomId);
    await client.until(() => client.doc.getMap('state').get('path') !== undefined);
    const state = client.doc.getMap('state').toJSON();
    return {
      heard: client.heard.slice(0, 2),
      cells: client.doc.getArray('cells').toJSON(),
      meta: client.doc.getMap('meta').toJSON(),
      state: Object.keys(state).sort(),
      path: state['path'],
      isDirty: state['dirty'],
    };
  },
  {
    because:
      'a document holds what its file holds; an execution_state that is absent means idle; the state is whole at once',
    ours: {
      cells: ['1 + 1', '2 + 2'].map((source, place) => ({
        ...codeCell(`cell-${place}`, source),
        metadata: { trusted: false },
      })),
      meta: { metadata: {}, nbformat: 4, nbformat_minor: 5 },
      state: ['dirty', 'document_id', 'hash', 'path'],
      isDirty: false,
    },
  },
);

sameOnBoth('a text file likewise', async (server) => {
  writeFileSync(join(server.folders.root, 'join.txt'), 'one\r\ntwo\n');
  const client = await open(server, 'join.txt', TEXT);
  return { source: client.doc.getText('source').toJSON(), path: client.doc.getMap('state').get('path') };
});

sameOnBoth('what one types the others get', async (server) => {
  write(server, 'typed.ipynb', '1 + 1', '2 + 2');
  const [ada, ben] = [await open(server, 'typed.ipynb'), await open(server, 'typed.ipynb')];
  const before = ben.heard.length;
  ada.source(0).insert(0, 'x = ');
  ben.source(1).insert(5, '!');
  await ben.until(() => ben.sources[0] === 'x = 1 + 1');
  await ada.until(() => ada.sources[1] === '2 + 2!');
  return { ada: ada.sources, ben: ben.sources, first: ben.heard[before] };
});

sameOnBoth(
  'awareness goes to all, and to the sender',
  async (server) => {
    write(server, 'aware.ipynb', '');
    const [ada, ben] = [await open(server, 'aware.ipynb'), await open(server, 'aware.ipynb')];
    ada.awareness.setLocalState({ user: { name: 'Ada' }, autosave: true });
    await ben.until(() => ben.awareness.getStates().has(ada.doc.clientID));
    await ada.until(() => ada.heard.includes('awareness'));
    const seen = ben.awareness.getStates().get(ada.doc.clientID);
    const [late, before] = [
      await open(server, 'aware.ipynb'),
      ada.heard.filter((kind) => kind === 'awareness').length,
    ];
    await sleep(300);
    const lateSees = late.awareness.getStates().has(ada.doc.clientID);
    ada.awareness.setLocalState(null);
    await ben.until(() => !ben.awareness.getStates().has(ada.doc.clientID));
    await sleep(200);
    const echoed = ada.heard.filter((kind) => kind === 'awareness').length - before;
    ben.awareness.setLocalState({ user: { name: 'Ben' } });
    await late.until(() => late.awareness.getStates().has(ben.doc.clientID));
    ben.socket.terminate();
    await sleep(500);
    return { seen, lateSees, echoed, isGone: !late.awareness.getStates().has(ben.doc.clientID) };
  },
  {
    because: 'who comes sees at once who is there, and a connection that died is not there any more',
    ours: { lateSees: true, isGone: true },
  },
);

sameOnBoth('a save is answered, and the state of the document says so', async (server) => {
  write(server, 'save.ipynb', '1');
  const ada = await open(server, 'save.ipynb');
  ada.awareness.setLocalState({ autosave: false });
  ada.source(0).insert(1, ' + 1');
  const state = ada.doc.getMap('state');
  const hash = state.get('hash');
  const status = await ada.save();
  await ada.until(() => state.get('hash') !== hash && state.get('dirty') === false);
  const model = await getNotebook(server, 'save.ipynb', 'content=0&hash=1');
  return { status, onDisk: onDisk(server, 'save.ipynb'), isHash: state.get('hash') === model.hash };
});

sameOnBoth('it is saved by itself where a page wants that', async (server) => {
  write(server, 'auto.ipynb', '1');
  const ada = await open(server, 'auto.ipynb');
  ada.awareness.setLocalState({ autosave: true });
  ada.source(0).insert(1, ' + 1');
  await ada.until(() => ada.doc.getMap('state').get('hash') !== undefined);
  await aWhile();
  return { onDisk: onDisk(server, 'auto.ipynb') };
});

sameOnBoth(
  'it is not saved by itself where no page wants that',
  async (server) => {
    write(server, 'manual.ipynb', '1');
    const ada = await open(server, 'manual.ipynb');
    ada.awareness.setLocalState({ autosave: false });
    await ada.until(() => ada.heard.includes('awareness'));
    ada.source(0).insert(1, ' + 1');
    await aWhile();
    const model = await getNotebook(server, 'manual.ipynb', 'content=1');
    return { onDisk: onDisk(server, 'manual.ipynb'), contents: model.content.cells.map(sourceOf) };
  },
  {
    because: 'the file has what the document has, whoever has it open; versions bring back what was there',
    ours: { onDisk: ['1 + 1'], contents: ['1 + 1'] },
  },
);

sameOnBoth('messages that it does not know harm nobody', async (server) => {
  write(server, 'odd.ipynb', '1');
  const [ada, ben] = [await open(server, 'odd.ipynb'), await open(server, 'odd.ipynb')];
  say(ada, 125, 2, 104, 105); // jupyter-collaboration keeps it for chats
  say(ada, 2, 2, 104, 105); // RAW
  say(ada, 77);
  ada.source(0).insert(1, '!');
  await ben.until(() => ben.sources[0] === '1!');
  return { ben: ben.sources };
});

const closing =
  (path: string, body: object, prepare: (file: string) => void): Play =>
  async (server) => {
    prepare(join(server.folders.root, path));
    const { roomId, sessionId } = await session(server, path, body);
    let closed = await enter(server, { roomId, sessionId }).closed;
    // jupyter-collaboration now and then drops the connection before it has said why.
    if (closed.code === 1006 && server.name === 'jupyter_server')
      closed = await enter(server, { roomId, sessionId }).closed;
    return { ...closed };
  };
const words: Deviation = { because: 'the reason is said', ours: { reason: expect.any(String) } };
sameOnBoth(
  'a file that is not there',
  closing('none.ipynb', NOTEBOOK, () => undefined),
  words,
);
sameOnBoth(
  'what is no notebook',
  closing('broken.ipynb', NOTEBOOK, (file) => writeFileSync(file, '{"cells":')),
  words,
);
sameOnBoth(
  'text that is not UTF-8',
  closing('latin.txt', TEXT, (file) => writeFileSync(file, Buffer.from([0xe9, 0xff]))),
  words,
);
sameOnBoth(
  'a folder',
  closing('folder', TEXT, (file) => mkdirSync(file)),
  {
    because: 'there is no such file; no client asks for it',
    ours: { code: 4404, reason: 'There is no file folder.' },
  },
);

sameOnBoth('another history is refused, with what the client makes a dialog of', async (server) => {
  write(server, 'other.ipynb', '1');
  const { roomId } = await session(server, 'other.ipynb');
  const { code, reason } = await enter(server, { roomId, sessionId: NONE }).closed;
  return { code, reason: JSON.parse(reason) as unknown };
});

sameOnBoth('without a token nobody comes in', async (server) => {
  write(server, 'secret.ipynb', '1');
  const { roomId, sessionId } = await session(server, 'secret.ipynb');
  const stranger = enter(server, { roomId, sessionId }, { token: '' });
  return { ...(await stranger.closed), heard: stranger.heard };
});

sameOnBoth('a change of the file by another program', async (server) => {
  write(server, 'outside.ipynb', '1', '2');
  const ada = await open(server, 'outside.ipynb');
  await sleep(1_200);
  write(server, 'outside.ipynb', '1', '2 changed', '3');
  await ada.until(() => ada.sources.length === 3 && ada.sources[1] === '2 changed');
  await aWhile();
  return {
    sources: ada.sources,
    onDisk: onDisk(server, 'outside.ipynb'),
    isDirty: ada.doc.getMap('state').get('dirty'),
  };
});

sameOnBoth('a rename', async (server) => {
  write(server, 'before.ipynb', '1');
  const { roomId } = await session(server, 'before.ipynb');
  const ada = await open(server, 'before.ipynb');
  await sendOk(server, {
    method: 'PATCH',
    path: '/api/contents/before.ipynb',
    body: { path: 'after.ipynb' },
  });
  await ada.until(() => ada.doc.getMap('state').get('path') === 'after.ipynb');
  ada.source(0).insert(1, '!');
  await sleep(100);
  const status = await ada.save();
  return {
    status,
    onDisk: onDisk(server, 'after.ipynb'),
    isThere: (await send(server, { path: '/api/contents/before.ipynb' })).status,
    isSame: (await session(server, 'after.ipynb')).roomId === roomId,
  };
});

sameOnBoth(
  'a deletion',
  async (server) => {
    write(server, 'deleted.ipynb', '1');
    const ada = await open(server, 'deleted.ipynb');
    await sendOk(server, { method: 'DELETE', path: '/api/contents/deleted.ipynb' });
    const closed = await Promise.race([ada.closed, sleep(2_000, null)]);
    return { code: closed?.code ?? null };
  },
  {
    because: 'whose file is deleted is told so; there it stays open, and what is typed is lost',
    ours: { code: 1003 },
  },
);

sameOnBoth('what was typed without a connection is merged with what the others typed', async (server) => {
  write(server, 'away.ipynb', '1', '2');
  const [ada, ben] = [await open(server, 'away.ipynb'), await open(server, 'away.ipynb')];
  await ada.close();
  ada.source(0).insert(1, ' ada');
  ben.source(0).insert(0, 'ben ');
  const again = await open(server, 'away.ipynb', NOTEBOOK, ada.doc);
  await ben.until(() => ben.sources[0] === 'ben 1 ada');
  await again.until(() => again.sources[0] === 'ben 1 ada');
  return { ben: ben.sources, again: again.sources };
});
