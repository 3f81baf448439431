import { setTimeout as sleep } from 'node:timers/promises';
import type * as Y from 'yjs';
import { send, sendOk } from '../servers/http.ts';
import { TextSocket } from '../servers/text-socket.ts';
import { enter, open, playOnBoth, session, write } from './collaboration-play.ts';

/** What is beside the rooms of documents, with jupyter-collaboration's own server and with ours in its place. */
const sameOnBoth = playOnBoth();

sameOnBoth('a fork', async (server) => {
  write(server, 'fork.ipynb', '1', '2');
  const { roomId, sessionId } = await session(server, 'fork.ipynb');
  const ada = enter(server, { roomId, sessionId });
  await ada.synced;
  const fork = async (body: object) => {
    const answer = await sendOk(server, { method: 'PUT', path: `/api/collaboration/fork/${roomId}`, body });
    const { fork_roomid: id, fork_info, sessionId: own, ...more } = answer.json<Record<string, string>>();
    return {
      id: id ?? '',
      seen: [answer.status, fork_info, own === sessionId, more, /^[0-9a-f]{32}$/.test(id ?? '')],
    };
  };
  const list = async () => {
    const forks = (await sendOk(server, { path: `/api/collaboration/fork/${roomId}` })).json<
      Record<string, object>
    >();
    return { ids: Object.keys(forks), infos: Object.values(forks) };
  };
  const end = async (id: string, merge: boolean) => {
    const path = `/api/collaboration/fork/${id}?merge=${merge}`;
    const answer = await send(server, { method: 'DELETE', path });
    return [answer.status, answer.text() === '' ? '' : answer.json()];
  };
  const [own, following] = [
    await fork({ title: 'Mine', description: 'try' }),
    await fork({ synchronize: true }),
  ];
  const listed = await list();
  const [inOwn, inFollowing] = [
    enter(server, { roomId: own.id, sessionId }),
    enter(server, { roomId: following.id, sessionId }),
  ];
  await Promise.all([inOwn.synced, inFollowing.synced]);
  ada.source(1).insert(1, ' root');
  await inFollowing.until(() => inFollowing.sources[1] === '2 root');
  inOwn.source(0).insert(1, ' fork');
  inFollowing.source(0).insert(1, ' thrown away');
  await sleep(300);
  const before = { ada: ada.sources, own: inOwn.sources, following: inFollowing.sources };
  const ends = [await end(following.id, false), await end(own.id, true), await end(own.id, true)];
  await ada.until(() => ada.sources[0] === '1 fork');
  const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(roomId, 'ROOM'));
  return {
    made: normal([own.seen, following.seen]),
    listed: [normal(listed.infos), listed.ids.includes(own.id), listed.ids.length],
    before,
    ends,
    after: ada.sources,
    left: (await list()).ids.length,
  };
});

sameOnBoth('the timeline', async (server) => {
  write(server, 'time.ipynb', 'zero');
  const { roomId, sessionId } = await session(server, 'time.ipynb');
  const ada = enter(server, { roomId, sessionId });
  await ada.synced;
  for (const text of [' one', ' two']) {
    ada.source(0).insert(ada.source(0).length, text);
    await sleep(700);
    await ada.save();
    await sleep(500);
  }
  const timeline = (
    await sendOk(server, { path: '/api/collaboration/timeline/time.ipynb?format=json&&type=notebook' })
  ).json<{ roomId: string; sessionId: string; forkRoom: string; timestamps: number[] }>();
  const shown = enter(server, { roomId: timeline.forkRoom, sessionId });
  await shown.synced;
  const steps: unknown[] = [shown.sources];
  const move = async (action: string, count: number) => {
    const path = `/api/collaboration/undo_redo/${roomId}?action=${action}&&steps=${count}&&forkRoom=${timeline.forkRoom}`;
    const answer = (await sendOk(server, { method: 'PUT', path })).json();
    await sleep(300);
    steps.push([action, answer, shown.sources]);
  };
  await move('undo', 1);
  await move('undo', 1);
  await move('redo', 1);
  await move('redo', 5);
  await move('restore', 0);
  await move('undo', 1).catch((error: Error) => steps.push(error.message.includes('404')));
  return {
    keys: Object.keys(timeline).sort(),
    isRoom: timeline.roomId === roomId,
    isSession: timeline.sessionId === sessionId,
    times: timeline.timestamps.length,
    areSeconds: timeline.timestamps.every((time) => Math.abs(time - Date.now() / 1000) < 60),
    steps,
  };
});

sameOnBoth('events', async (server) => {
  write(server, 'events.ipynb', '1');
  const socket = await TextSocket.open(server, '/api/events/subscribe');
  const { roomId, sessionId } = await session(server, 'events.ipynb');
  const ada = enter(server, { roomId, sessionId });
  await ada.synced;
  ada.source(0).insert(1, '!');
  await ada.save();
  const fork = (
    await sendOk(server, { method: 'PUT', path: `/api/collaboration/fork/${roomId}`, body: {} })
  ).json<{ fork_roomid: string }>();
  await sendOk(server, { method: 'DELETE', path: `/api/collaboration/fork/${fork.fork_roomid}?merge=false` });
  await ada.close();
  const ours = (): Record<string, unknown>[] =>
    (socket.received as Record<string, unknown>[]).filter(({ schema_id }) =>
      String(schema_id).includes('jupyter_collaboration'),
    );
  await socket.until(() => ours().some(({ action }) => action === 'leave'), 'leave');
  await sleep(300);
  await socket.close();
  const normal = (event: Record<string, unknown>): unknown =>
    JSON.parse(
      JSON.stringify({
        ...event,
        msg: undefined,
        username: typeof event['username'],
        __timestamp__: typeof event['__timestamp__'],
      })
        .replaceAll(roomId, 'ROOM')
        .replaceAll(fork.fork_roomid, 'FORK'),
    );
  return { events: ours().map(normal) };
});
sameOnBoth('who is here, in all documents', async (server) => {
  const GLOBAL = 'JupyterLab:globalAwareness';
  const [ada, ben] = [
    enter(server, { roomId: GLOBAL, sessionId: '' }),
    enter(server, { roomId: GLOBAL, sessionId: '' }),
  ];
  await Promise.all([ada.synced, ben.synced]);
  ada.awareness.setLocalState({ user: { name: 'Ada' }, documents: ['n.ipynb'], current: 'notebook:n.ipynb' });
  await ben.until(() => ben.awareness.getStates().has(ada.doc.clientID));
  await ada.until(() => ada.heard.includes('awareness'));
  return { heard: ada.heard, seen: ben.awareness.getStates().get(ada.doc.clientID) };
});

sameOnBoth(
  'the run of a cell on the server',
  async (server) => {
    write(server, 'run.ipynb', 'print("hello")');
    const ada = await open(server, 'run.ipynb');
    const { roomId } = await session(server, 'run.ipynb');
    const body = { path: 'run.ipynb', type: 'notebook', name: 'run.ipynb', kernel: { name: 'python3' } };
    const { kernel } = (await sendOk(server, { method: 'POST', path: '/api/sessions', body })).json<{
      kernel: { id: string };
    }>();
    const run = { cell_id: 'cell-0', document_id: roomId };
    const answer = await send(server, {
      method: 'POST',
      path: `/api/kernels/${kernel.id}/execute`,
      body: run,
    });
    const count = (): unknown => ada.doc.getArray<Y.Map<unknown>>('cells').get(0).get('execution_count');
    if (answer.status === 200) await ada.until(() => count() !== null);
    const [cell] = ada.doc.getArray('cells').toJSON() as { outputs: unknown[]; execution_count: unknown }[];
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${kernel.id}` });
    return { status: answer.status, outputs: cell?.outputs, count: cell?.execution_count };
  },
  {
    because: 'jupyter-collaboration 5 has the client for it, and no server (contract §6.1)',
    ours: { status: 200, outputs: [{ name: 'stdout', output_type: 'stream', text: 'hello\n' }], count: 1 },
  },
);
