import type { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { roomsOn } from '../../test/doubles/document-rooms-under-test.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import { forkRoutes } from './fork-routes.ts';
import { Forks } from './forks.ts';
import { roomIdOf } from './room-id.ts';
import { timelineRoutes } from './timeline-routes.ts';
import { Timelines } from './timelines.ts';
import { TransientRooms } from './transient-rooms.ts';

const CELL = { id: 'c', cell_type: 'code', metadata: {}, outputs: [], execution_count: null };
const notebook = { cells: [{ ...CELL, source: 'now' }], metadata: {}, nbformat: 4, nbformat_minor: 5 };

let app: AppUnderTest;
let documents: SharedDocuments;
let document: SharedDocument;
let rooms: TransientRooms;
let forks: Forks;
const emitted: Readonly<Record<string, unknown>>[] = [];

beforeEach(async () => {
  emitted.length = 0;
  documents = await roomsOn(new MemoryEventLog(), new Map([['n.ipynb', { type: 'notebook', notebook }]]));
  const { documentId } = await documents.identify('n.ipynb', { type: 'notebook', format: 'json' });
  document = await documents.open(documentId);
  rooms = new TransientRooms();
  forks = new Forks(rooms);
  const saved = ['first', 'second', 'now'].map((source, id) => ({ id, time: 1000 * (id + 1), source }));
  const timelines = new Timelines(rooms, {
    kept: () => Promise.resolve(saved),
    restorer: (_, id) =>
      Promise.resolve((model) => (model as YNotebook).getCell(0).setSource(saved[id]?.source ?? '')),
    snapshot: (model) => {
      const source = sourceOf((model as YNotebook).ydoc);
      return (copy) => (copy as YNotebook).getCell(0).setSource(source);
    },
  });
  const authorize = (): void => undefined;
  app = await startApp({
    authenticatedRoutes: () => [
      forkRoutes({
        documents,
        forks: () => Promise.resolve(forks),
        authorize,
        emit: (_, data) => void emitted.push(data),
      }),
      timelineRoutes({
        documents,
        timelines: () => Promise.resolve(timelines),
        authorize,
        save: () => Promise.resolve(),
      }),
    ],
  });
});
afterEach(async () => {
  forks.close();
  rooms.close();
  await documents.close();
  await app.close();
});

function sourceOf(ydoc: Doc): string {
  const copy = new Doc();
  applyUpdate(copy, encodeStateAsUpdate(ydoc));
  const [cell] = copy.getArray('cells').toJSON() as { source: string }[];
  return cell?.source ?? '';
}
const roomOf = (roomId: string): Doc => rooms.enter(roomId)?.ydoc ?? new Doc();
const cellOf = ({ ydoc }: { readonly ydoc: Doc }, text: string): void => {
  const cell = ydoc
    .getArray<{ get(key: 'source'): { insert(at: number, text: string): void } }>('cells')
    .get(0);
  cell.get('source').insert(0, text);
};
async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: never }> {
  const answer = await app.ask(`/api/collaboration/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (answer.text === '' ? null : answer.json()) as never };
}

describe('a fork', () => {
  const info = (synchronize: boolean) => ({
    root_roomid: roomIdOf(document),
    synchronize,
    title: 'Mine',
    description: '',
  });
  async function fork(synchronize: boolean): Promise<string> {
    const { status, body } = await ask('PUT', `fork/${roomIdOf(document)}`, { synchronize, title: 'Mine' });
    expect(status).toBe(201);
    const { fork_roomid: roomId } = body as { fork_roomid: string };
    expect(body).toEqual({ sessionId: document.epoch, fork_roomid: roomId, fork_info: info(synchronize) });
    return roomId;
  }

  test('is a copy that goes its own way, is listed, and is merged when it is asked for', async () => {
    const roomId = await fork(false);
    expect((await ask('GET', `fork/${roomIdOf(document)}`)).body).toEqual({ [roomId]: info(false) });
    cellOf({ ydoc: roomOf(roomId) }, 'tried ');
    await document.change('ada', (model) => (model as YNotebook).getCell(0).updateSource(3, 3, '!'));
    expect([sourceOf(document.ydoc), sourceOf(roomOf(roomId))]).toEqual(['now!', 'tried now']);
    expect((await ask('DELETE', `fork/${roomId}?merge=true`)).status).toBe(200);
    expect(sourceOf(document.ydoc)).toBe('tried now!');
    expect((await ask('GET', `fork/${roomIdOf(document)}`)).body).toEqual({});
    expect(emitted.map(({ action }) => action)).toEqual(['create', 'delete']);
  });

  test('that follows its root has what is committed there, and can be thrown away', async () => {
    const roomId = await fork(true);
    await document.change('ada', (model) => (model as YNotebook).getCell(0).updateSource(0, 0, 'and '));
    cellOf({ ydoc: roomOf(roomId) }, 'mine ');
    expect(sourceOf(roomOf(roomId))).toContain('and now');
    await ask('DELETE', `fork/${roomId}?merge=false`);
    expect(sourceOf(document.ydoc)).toBe('and now');
    expect(document.participants.size).toBe(0);
  });

  test('is none of what is not there', async () => {
    expect(await ask('PUT', 'fork/json:notebook:none', {})).toEqual({
      status: 404,
      body: { code: 404, error: 'Root room not found' },
    });
    expect(await ask('DELETE', 'fork/none?merge=true')).toEqual({
      status: 404,
      body: { code: 404, error: 'Fork room not found' },
    });
  });
});

describe('a timeline', () => {
  const move = (action: string, steps: number, forkRoom: string) =>
    ask('PUT', `undo_redo/${roomIdOf(document)}?action=${action}&&steps=${steps}&&forkRoom=${forkRoom}`);

  test('walks through the saved versions in a room of its own, and ends with the client’s restoring', async () => {
    const { body } = await ask('GET', 'timeline/n.ipynb?format=json&&type=notebook');
    const { forkRoom } = body as { forkRoom: string };
    expect(body).toEqual({
      roomId: roomIdOf(document),
      sessionId: document.epoch,
      timestamps: [1, 2, 3],
      forkRoom,
    });
    const shown = roomOf(forkRoom);
    expect(sourceOf(shown)).toBe('now');
    expect((await move('undo', 1, forkRoom)).body).toEqual({ status: 'undone' });
    expect(sourceOf(shown)).toBe('second');
    await move('undo', 5, forkRoom);
    expect(sourceOf(shown)).toBe('first');
    expect((await move('undo', 1, forkRoom)).body).toEqual({ error: 'No more undo operations available' });
    expect((await move('redo', 9, forkRoom)).body).toEqual({ status: 'redone' });
    expect(sourceOf(shown)).toBe('now');
    await move('undo', 1, forkRoom);
    expect(sourceOf(document.ydoc)).toBe('now');
    expect((await move('restore', 0, forkRoom)).body).toEqual({
      code: 200,
      status: 'Document restored successfully',
    });
    // The page goes back to the document with what it showed.
    await document.change('ada', ({ ydoc }) => applyUpdate(ydoc, encodeStateAsUpdate(shown)));
    expect(sourceOf(document.ydoc)).toBe('second');
    expect((await move('undo', 1, forkRoom)).status).toBe(404);
  });

  test('is none of what is not there', async () => {
    expect(await ask('GET', 'timeline/none.ipynb?format=json&&type=notebook')).toEqual({
      status: 404,
      body: { code: 404, error: 'Room not found' },
    });
    expect((await move('jump', 1, 'x')).status).toBe(400);
  });
});
