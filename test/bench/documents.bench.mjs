// Shared documents on a real log, without browsers: opening after a long history beside applying the same state, what the
// log keeps, memory of open documents, and 500 documents opened in turn. `node --expose-gc test/bench/documents.bench.mjs`
// after a build; prints one line a figure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as Y from 'yjs';
import { LevelEventLog } from '../../dist/event-log/level-event-log.js';
import { DocumentIndex } from '../../dist/server/documents/document-index.js';
import { DocumentRooms } from '../../dist/server/documents/document-rooms.js';
import { median } from './statistics.mjs';

const NOTEBOOK = { type: 'notebook', format: 'json' };
const EDITS = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'in-the-loop-documents-'));
const log = await LevelEventLog.open(folder);
const contents = new Map();
const rooms = async (idle = 60_000) =>
  new DocumentRooms({
    log,
    index: await DocumentIndex.load(log, () => undefined),
    files: {
      read: async (path) => ({ type: 'notebook', notebook: contents.get(path) }),
      findMoved: async () => null,
      bringUpToFile: async () => undefined,
    },
    attachments: [],
    idle,
    onUnloaded: () => undefined,
    warn: console.error,
  });
const open = async (all, path) => all.open((await all.identify(path, NOTEBOOK)).documentId);
const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(2);
const used = () => {
  for (let round = 0; round < 4; round++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

async function keptOf({ documentId }) {
  let bytes = 0;
  for await (const { frames } of log.read(`document:${documentId}`))
    bytes += frames.reduce((sum, { length }) => sum + length, 200);
  return bytes;
}

function notebookOf(cells, outputBytes) {
  const line = 'the quick brown fox jumps over the lazy dog 0123456789\n';
  return {
    cells: Array.from({ length: cells }, (_, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      execution_count: index,
      source: `value_${index} = compute(${index})\nprint(value_${index})`,
      outputs: [
        {
          output_type: 'stream',
          name: 'stdout',
          text: line.repeat(Math.ceil(outputBytes / cells / line.length)),
        },
      ],
    })),
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

async function longHistory() {
  contents.set('long.ipynb', notebookOf(20, 0));
  const first = await rooms();
  const document = await open(first, 'long.ipynb');
  const editor = new Y.Doc();
  Y.applyUpdate(editor, await document.stateSince(new Uint8Array()));
  const participant = {
    actor: 'editor',
    mayWrite: () => true,
    updated: () => undefined,
    awarenessUpdated: () => undefined,
    renamed: () => undefined,
    ended: () => undefined,
  };
  const membership = document.join(participant);
  let last = Promise.resolve();
  editor.on('update', (update) => (last = membership.receive(update)));
  for (let edit = 0; edit < EDITS; edit++) {
    const text = editor
      .getArray('cells')
      .get(edit % 20)
      .get('source');
    if (edit % 3 === 2) text.delete(Math.floor(text.length / 2), 1);
    else text.insert(Math.floor(Math.random() * text.length), 'ab');
    if (edit % 50 === 0) await last;
  }
  await last;
  const state = Y.encodeStateAsUpdate(editor);
  const keptOpen = await keptOf(document);
  await first.close();
  const kept = await keptOf(document);
  const opening = [];
  const applying = [];
  for (let round = 0; round < 9; round++) {
    const again = await rooms();
    const id = (await again.identify('long.ipynb', NOTEBOOK)).documentId;
    let begin = performance.now();
    const bytes = await (await again.open(id)).stateSince(new Uint8Array());
    opening.push(performance.now() - begin);
    if (round === 0) console.log(`bytes sent / state: ${(bytes.length / state.length).toFixed(3)}`);
    await again.close();
    begin = performance.now();
    Y.applyUpdate(new Y.Doc(), state);
    applying.push(performance.now() - begin);
  }
  console.log(`state after ${EDITS} edits, MB: ${megabytes(state.length)}`);
  console.log(`its log while open, MB: ${megabytes(keptOpen)}; after: ${megabytes(kept)}`);
  console.log(
    `opening it, ms: ${median(opening).toFixed(1)}; applying that state: ${median(applying).toFixed(1)}`,
  );
}

async function memoryOfOne(cells, outputBytes) {
  const path = `memory-${outputBytes}.ipynb`;
  const fileBytes = await firstOpening(path, notebookOf(cells, outputBytes));
  const all = await rooms();
  const before = used();
  await open(all, path);
  const taken = used() - before;
  console.log(
    `memory of an open notebook of ${megabytes(fileBytes)} MB, MB: ${megabytes(taken)} (most ${megabytes(3 * fileBytes + 1048576)})`,
  );
  await all.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(`left after it was closed, MB: ${megabytes(used() - before)}`);
}

async function firstOpening(path, notebook) {
  contents.set(path, notebook);
  const all = await rooms();
  await open(all, path);
  await all.close();
  contents.delete(path);
  return JSON.stringify(notebook).length;
}

async function manyInTurn() {
  const all = await rooms(0);
  const before = [];
  for (let count = 0; count <= 500; count++) {
    const path = `turn-${count}.ipynb`;
    contents.set(path, notebookOf(20, 200_000));
    (await open(all, path)).hold().release();
    contents.delete(path);
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (count % 100 === 0) {
      while ([...all.loaded()].length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      before.push(megabytes(used()));
    }
  }
  console.log(`memory after 0, 100, … 500 documents opened in turn, MB: ${before.join(', ')}`);
  await all.close();
}

await longHistory();
await memoryOfOne(200, 1_500_000);
await memoryOfOne(2_000, 20_000_000);
await memoryOfOne(50, 0);
await manyInTurn();
await log.close();
rmSync(folder, { recursive: true });
