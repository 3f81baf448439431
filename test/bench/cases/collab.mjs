import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as Y from 'yjs';
import { Editor } from '../editor.mjs';
import { OURS, RELAY, startServer } from '../servers.mjs';
import { percentile } from '../statistics.mjs';

const CELLS = 20;
const EDITORS = [10, 30, 100];
const EDITS = 20;
const QUICK_EDITS = 1_000;
const LIMIT = 60_000;

const ids = Array.from({ length: CELLS }, (_, index) => `c${index}`);

/** People who type into one notebook at once; on ours with every update in the log before it is told, beside the relay. */
export const collab = {
  relay: true,
  async run({ name }) {
    const place = name === RELAY ? await startRelay() : await startShared();
    try {
      const results = {};
      for (const count of EDITORS) Object.assign(results, await typing(place, count));
      return { ...results, ...(await quickEdits(place)) };
    } finally {
      await place.close();
    }
  },
};

async function startRelay() {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'relay.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  const start = new Y.Doc();
  start.transact(() => {
    const cells = ids.map((id) => new Y.Map([['id', id], ['source', new Y.Text()]])); // prettier-ignore
    start.getArray('cells').insert(0, cells);
  });
  return {
    pid: child.pid,
    newRoom: async () => `ws://127.0.0.1:${String(port).trim()}/${randomUUID()}`,
    start: Y.encodeStateAsUpdate(start),
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function startShared() {
  const server = await startServer(OURS, undefined, ['--collaboration', 'stock']);
  const put = async (path, body) => {
    const headers = { authorization: `token ${server.token}`, 'content-type': 'application/json' };
    const answer = await fetch(server.baseUrl + path, { method: 'PUT', headers, body: JSON.stringify(body) });
    return answer.json();
  };
  return {
    pid: server.pid,
    async newRoom() {
      const path = `${randomUUID()}.ipynb`;
      const cells = ids.map((id) => ({
        ...{ cell_type: 'code', id, metadata: {}, execution_count: null, source: '', outputs: [] },
      }));
      const content = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
      await put(`/api/contents/${path}`, { type: 'notebook', format: 'json', content });
      const kind = { format: 'json', type: 'notebook' };
      const { fileId, sessionId } = await put(`/api/collaboration/session/${path}`, kind);
      const origin = server.baseUrl.replace('http', 'ws');
      return `${origin}/api/collaboration/room/json:notebook:${fileId}?sessionId=${sessionId}&token=${server.token}`;
    },
    start: null,
    close: () => server.close(),
  };
}

async function editorsIn(place, count) {
  const url = await place.newRoom();
  const editors = [];
  for (let index = 0; index < count; index++)
    editors.push(await new Editor(url, index === 0 ? place.start : null).open());
  while (!editors.every(({ doc }) => doc.getArray('cells').length === CELLS)) await sleep(20);
  return editors;
}

async function typing(place, count) {
  const editors = await editorsIn(place, count);
  const sent = new Map();
  const latencies = [];
  const expected = count * EDITS * (count - 1);
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const heard = (own, inserted) => {
    const now = performance.now();
    for (const [, author, edit] of inserted.matchAll(/<(\d+)\.(\d+)>/g))
      if (Number(author) !== own) latencies.push(now - sent.get(`${author}.${edit}`));
    if (latencies.length === expected) finish();
  };
  editors.forEach(({ doc }, own) =>
    doc.getArray('cells').observeDeep((events) => {
      for (const { changes } of events)
        for (const { insert } of changes.delta) if (typeof insert === 'string') heard(own, insert);
    }),
  );
  const before = processorMilliseconds(place.pid);
  await Promise.all(
    editors.map(async (editor, own) => {
      for (let edit = 0; edit < EDITS; edit++) {
        sent.set(`${own}.${edit}`, performance.now());
        const text = editor.text((own + edit) % CELLS);
        text.insert(text.length, `<${own}.${edit}>`);
        await sleep(100 + Math.random() * 50);
      }
    }),
  );
  await Promise.race([finished, sleep(LIMIT)]);
  const spent = processorMilliseconds(place.pid) - before;
  const texts = new Set(editors.map(({ doc }) => JSON.stringify(ids.map((_, at) => doc.getArray('cells').get(at).get('source'))))); // prettier-ignore
  await Promise.all(editors.map((editor) => editor.close()));
  return {
    [`${count} editors, p50 ms`]: percentile(latencies, 0.5),
    [`${count} editors, p99 ms`]: percentile(latencies, 0.99),
    [`${count} editors, processor time an edit, ms`]: spent / (count * EDITS),
    [`${count} editors, lost`]: expected - latencies.length,
    [`${count} editors, different texts`]: texts.size,
  };
}

async function quickEdits(place) {
  const [writer, reader] = await editorsIn(place, 2);
  const text = writer.text(0);
  const start = performance.now();
  for (let edit = 0; edit < QUICK_EDITS; edit++) {
    text.insert(Math.floor(Math.random() * text.length), 'ab');
    text.delete(0, 1);
    if (edit % 100 === 0) await sleep(1);
  }
  while (reader.text(0).toJSON() !== text.toJSON()) await sleep(5);
  const milliseconds = performance.now() - start;
  await Promise.all([writer.close(), reader.close()]);
  return { [`${QUICK_EDITS} quick edits reach a peer, ms`]: milliseconds };
}

/** Linux counts in hundredths of a second. */
function processorMilliseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
