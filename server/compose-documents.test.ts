import type { YNotebook } from '@jupyter/ydoc';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import { MemoryEventLog } from '../event-log/memory-event-log.ts';
import type { ComposedDocuments } from './compose-documents.ts';
import { composeDocuments } from './compose-documents.ts';
import { fileEventOf } from './content-change-events.ts';
import { DiskStore } from './contents/disk-store.ts';
import { Trash } from './contents/trash.ts';
import type { RunResults } from './documents/run-results.ts';
import type { SharedDocument } from './shared-document.ts';

const NOTEBOOK = { type: 'notebook', format: 'json' } as const;
const TEXT = { type: 'file', format: 'text' } as const;
const READ = { content: true, type: null, format: null, hash: true } as const;

interface Running {
  readonly shared: ComposedDocuments;
  readonly store: DiskStore;
  readonly warnings: string[];
}

let folder: string;
let root: string;
let log: MemoryEventLog;
let running: Running;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'documents-')));
  root = join(folder, 'root');
  await mkdir(root);
  log = new MemoryEventLog();
  running = start();
});
afterEach(async () => {
  await running.shared.close();
  await running.store.close();
  await rm(folder, { recursive: true, force: true });
});

function start(): Running {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const store = new DiskStore({
    rootDirectory: root,
    userData: join(folder, 'data'),
    prefix: folder,
    warn,
    trash: new Trash(join(folder, 'share')),
    async onChange(change) {
      const event = fileEventOf(change);
      if (event !== null) await log.append('files', [event]);
      await shared.onContentChange(change);
    },
  });
  const results: RunResults = {
    of: () => Promise.resolve([]),
    waiting: () => new Map(),
    onChanged: () => () => undefined,
    emptied: () => Promise.resolve(),
    saved: () => Promise.resolve(),
  };
  const state = {
    log,
    store,
    stateDirectory: join(folder, 'state'),
    idle: 60_000,
    warn,
    results,
    widgets: { stored: () => Promise.resolve({}), onChanged: () => () => undefined },
    references: null,
    onUnloaded: () => undefined,
    attachments: [],
  };
  const shared: ComposedDocuments = composeDocuments(state);
  return { shared, store, warnings };
}

/** Another server on the same files and the same log. */
async function restart(kill = false): Promise<void> {
  if (!kill) await running.shared.close();
  running = start();
}

const inRoot = (path: string): string => join(root, path);
const cell = (id: string, source: string, more: object = {}): object => ({
  cell_type: 'code',
  id,
  source: source.split(/(?<=\n)/),
  metadata: {},
  execution_count: null,
  outputs: [],
  ...more,
});
const notebookText = (...cells: object[]): string =>
  `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
/** As nbformat writes it. */
const sorted = (text: string): string =>
  `${JSON.stringify(
    JSON.parse(text, (_key, value: unknown) => (isObject(value) ? inOrder(value) : value)),
    null,
    1,
  )}\n`;
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const inOrder = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
const contentOf = (text: string): unknown => {
  const { cells, ...rest } = JSON.parse(text) as { cells: { source: string[] }[] };
  return { ...rest, cells: cells.map((each) => ({ ...each, source: each.source.join('') })) };
};

async function open(path: string, kind: typeof NOTEBOOK | typeof TEXT = NOTEBOOK): Promise<SharedDocument> {
  const { documents } = running.shared;
  const document = await documents.open((await documents.identify(path, kind)).documentId);
  document.hold();
  return document;
}

const sources = ({ model }: SharedDocument): string[] =>
  (model as YNotebook).cells.map((each) => each.source);
const sourceOf = (document: SharedDocument, index: number): Y.Text =>
  (document.model as YNotebook).cells[index]!.ysource;
const type = (document: SharedDocument, index: number, text: string): Promise<void> =>
  document.change('ada', () => sourceOf(document, index).insert(sourceOf(document, index).length, text));
const onDisk = async (path: string): Promise<string[]> =>
  (JSON.parse(await readFile(inRoot(path), 'utf8')) as { cells: { source: string[] }[] }).cells.map((each) =>
    each.source.join(''),
  );
const state = (document: SharedDocument, key: string): unknown => document.model.getState(key);

/** What comes by a watcher or a timer. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 400) throw new Error('It did not come to that.');
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe('a document that is open', () => {
  test('[S1] [S2] is written into its file, as Jupyter writes it, and says so', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('a.ipynb');
    await type(document, 0, '\ny = 2');
    expect(state(document, 'dirty')).toBe(true);
    await until(async () => (await onDisk('a.ipynb'))[0] === 'x = 1\ny = 2');
    const text = await readFile(inRoot('a.ipynb'), 'utf8');
    expect(text).toBe(sorted(notebookText(cell('a', 'x = 1\ny = 2'))));
    await until(() => state(document, 'dirty') === false);
    expect(state(document, 'hash')).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('[S3] that holds what its file holds writes nothing', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const before = await stat(inRoot('a.ipynb'));
    const document = await open('a.ipynb');
    await running.shared.documents.close();
    expect((await stat(inRoot('a.ipynb'))).mtimeMs).toBe(before.mtimeMs);
    expect(document.end).toEqual({ reason: 'server-closing' });
  });

  test('[S4] says that it could not be saved, loses nothing, and is saved once it can be', async () => {
    await mkdir(inRoot('sub'));
    await writeFile(inRoot('sub/a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('sub/a.ipynb');
    const { store } = running;
    const write = store.sharedFiles.write.bind(store.sharedFiles);
    store.sharedFiles.write = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    await type(document, 0, '0');
    await expect(running.shared.save(document)).rejects.toThrow('the disk is full');
    expect(state(document, 'file')).toBe('not-saved');
    expect(state(document, 'file_message')).toContain('Nothing is lost');
    const shown = await running.shared.contents.get('sub/a.ipynb', READ, 'ada');
    expect(shown.content).toMatchObject({ cells: [{ source: 'x = 10' }] });
    store.sharedFiles.write = write;
    await running.shared.save(document);
    await until(() => state(document, 'file') === undefined);
    expect(await onDisk('sub/a.ipynb')).toEqual(['x = 10']);
  });

  test('[T1] keeps the line ends and the missing last one of a text file', async () => {
    await writeFile(inRoot('a.txt'), 'one\r\ntwo\r\nthree');
    const document = await open('a.txt', TEXT);
    const text = document.ydoc.getText('source');
    expect(text.toJSON()).toBe('one\ntwo\nthree');
    await document.change('ada', () => text.insert(4, 'new\n'));
    await running.shared.save(document);
    expect(await readFile(inRoot('a.txt'), 'utf8')).toBe('one\r\nnew\r\ntwo\r\nthree');
  });

  test('[S2] keeps numbers that JavaScript would write in another way', async () => {
    const text = sorted(notebookText(cell('a', 'x'))).replace(
      '"metadata": {},\n "nb',
      '"metadata": {\n  "v": 1.0\n },\n "nb',
    );
    await writeFile(inRoot('a.ipynb'), text);
    const document = await open('a.ipynb');
    await type(document, 0, 'y');
    await running.shared.save(document);
    expect(await readFile(inRoot('a.ipynb'), 'utf8')).toBe(text.replace('"x"', '"xy"'));
  });
});

describe('a change on disk', () => {
  test('[W1] of one cell changes one cell; what is typed meanwhile and cursors elsewhere stay', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1'), cell('b', 'y = 1')));
    const document = await open('a.ipynb');
    const cursor = Y.createRelativePositionFromTypeIndex(sourceOf(document, 0), 3);
    const kept = sourceOf(document, 1);
    await type(document, 0, '0');
    await writeFile(
      inRoot('a.ipynb'),
      notebookText(cell('a', 'x = 1'), cell('b', 'y = 2'), cell('c', 'new')),
    );
    await until(() => sources(document).length === 3);
    expect(sources(document)).toEqual(['x = 10', 'y = 2', 'new']);
    expect(sourceOf(document, 1)).toBe(kept);
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, document.ydoc)?.index).toBe(3);
    await until(async () => (await onDisk('a.ipynb'))[0] === 'x = 10');
    expect(await onDisk('a.ipynb')).toEqual(['x = 10', 'y = 2', 'new']);
  });

  test('[W2] that is none (`touch`, the same bytes again) changes nothing at all', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('a.ipynb');
    await until(() => state(document, 'dirty') !== true);
    let updates = 0;
    document.ydoc.on('update', () => (updates += 1));
    await utimes(inRoot('a.ipynb'), new Date(), new Date());
    await writeFile(inRoot('b'), notebookText(cell('a', 'x = 1')));
    await rename(inRoot('b'), inRoot('a.ipynb'));
    await new Promise((done) => setTimeout(done, 400)); // nothing tells that nothing happened
    expect(updates).toBe(0);
  });

  test('[W3] that is not whole is not taken, says so, and is taken when it is', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('a.ipynb');
    const text = notebookText(cell('a', 'x = 2'));
    await writeFile(inRoot('a.ipynb'), text.slice(0, 60));
    await until(() => state(document, 'file') === 'unreadable');
    await type(document, 0, '0');
    await new Promise((done) => setTimeout(done, 1500)); // it would have been saved by then
    expect(await readFile(inRoot('a.ipynb'), 'utf8')).toBe(text.slice(0, 60));
    await writeFile(inRoot('a.ipynb'), text);
    await until(() => sources(document)[0] === 'x = 20');
    expect(state(document, 'file')).toBeUndefined();
  });

  test('[M3] in the place where somebody types keeps both and says where', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1\n')));
    const document = await open('a.ipynb');
    await type(document, 0, 'ours\n');
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1\ntheirs\n')));
    await until(() => sources(document)[0] === 'x = 1\nours\ntheirs\n');
    expect(state(document, 'conflicts')).toMatchObject({ places: [{ cell_id: 'a', what: ['source'] }] });
  });

  test('[W4] by a checkout of another branch, and back, is merged into the same document', async () => {
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1'), cell('b', 'y = 1')));
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'other');
    await writeFile(
      inRoot('a.ipynb'),
      notebookText(cell('a', 'x = 1'), cell('c', 'z = 1'), cell('b', 'y = 2')),
    );
    git('commit', '-qam', 'two');
    git('checkout', '-q', 'main');
    const document = await open('a.ipynb');
    git('checkout', '-q', 'other');
    await until(() => sources(document).length === 3);
    expect(sources(document)).toEqual(['x = 1', 'z = 1', 'y = 2']);
    git('checkout', '-q', 'main');
    await until(() => sources(document).length === 2);
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: root }).toString()).toBe('');
    expect(await running.shared.documents.identify('a.ipynb', NOTEBOOK)).toMatchObject({
      documentId: document.documentId,
    });
  });

  test('[W5] that deletes the file keeps the document, and saves it only when asked', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('a.ipynb');
    await rm(inRoot('a.ipynb'));
    await until(() => state(document, 'file') === 'missing');
    await type(document, 0, '0');
    await new Promise((done) => setTimeout(done, 1500)); // it would have been saved by then
    await expect(stat(inRoot('a.ipynb'))).rejects.toThrow('ENOENT');
    await running.shared.save(document);
    expect(await onDisk('a.ipynb')).toEqual(['x = 10']);
    await until(() => state(document, 'file') === undefined);
  });

  test('[W5] that brings a deleted file back is merged', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1'), cell('b', 'y')));
    const document = await open('a.ipynb');
    await rm(inRoot('a.ipynb'));
    await until(() => state(document, 'file') === 'missing');
    await type(document, 0, '0');
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1'), cell('b', 'z')));
    await until(() => sources(document)[1] === 'z');
    expect(sources(document)).toEqual(['x = 10', 'z']);
    expect(state(document, 'file')).toBeUndefined();
  });

  test('[W6] that moves the file takes the document along', async () => {
    await mkdir(inRoot('deep/er'), { recursive: true });
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('a.ipynb');
    await rename(inRoot('a.ipynb'), inRoot('deep/er/b.ipynb'));
    await until(() => document.path === 'deep/er/b.ipynb');
    await type(document, 0, '0');
    await until(async () => (await onDisk('deep/er/b.ipynb'))[0] === 'x = 10');
    expect(state(document, 'path')).toBe('deep/er/b.ipynb');
    await expect(stat(inRoot('a.ipynb'))).rejects.toThrow('ENOENT');
  });

  test('[W6] that moves its folder takes the document along', async () => {
    await mkdir(inRoot('one'));
    await writeFile(inRoot('one/a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('one/a.ipynb');
    await rename(inRoot('one'), inRoot('two'));
    await until(() => document.path === 'two/a.ipynb');
    await writeFile(inRoot('two/a.ipynb'), notebookText(cell('a', 'x = 2')));
    await until(() => sources(document)[0] === 'x = 2');
  });
});

describe('while no server ran', () => {
  test('[B2] what was written into a file is merged when its document is opened', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1'), cell('b', 'y = 1')));
    await type(await open('a.ipynb'), 0, '0');
    await restart();
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 10'), cell('b', 'y = 2')));
    expect(sources(await open('a.ipynb'))).toEqual(['x = 10', 'y = 2']);
  });

  test('[F1] a file that was renamed is the same document, and a copy is another', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const { documentId } = await open('a.ipynb');
    await restart();
    await writeFile(inRoot('copy.ipynb'), await readFile(inRoot('a.ipynb')));
    await rename(inRoot('a.ipynb'), inRoot('b.ipynb'));
    await writeFile(inRoot('a.ipynb'), await readFile(inRoot('b.ipynb')));
    const { documents } = running.shared;
    // The path comes first: what took the file's place there is the document.
    expect((await documents.identify('a.ipynb', NOTEBOOK)).documentId).toBe(documentId);
    await rm(inRoot('a.ipynb'));
    expect((await documents.identify('b.ipynb', NOTEBOOK)).documentId).toBe(documentId);
    expect((await documents.identify('copy.ipynb', NOTEBOOK)).documentId).not.toBe(documentId);
  });

  test('[F2] a file that was copied and removed is the same document by its content', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const { documentId } = await open('a.ipynb');
    await restart();
    await writeFile(inRoot('b.ipynb'), await readFile(inRoot('a.ipynb')));
    await rm(inRoot('a.ipynb'));
    expect((await running.shared.documents.identify('b.ipynb', NOTEBOOK)).documentId).toBe(documentId);
  });
});

describe('a server that ends', () => {
  /** As after `kill -9`: nothing more comes of what it was about to do. */
  const steps = ['before the write', 'after the write'] as const;
  test.for(steps)('[B1] %s loses and doubles nothing', async (step) => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'one ')));
    const document = await open('a.ipynb');
    await type(document, 0, 'two ');
    const { store, shared } = running;
    const write = store.sharedFiles.write.bind(store.sharedFiles);
    store.sharedFiles.write = async (...args) => {
      if (step === 'after the write') await write(...args);
      return new Promise(() => undefined);
    };
    void shared.save(document);
    const isThere = async (): Promise<boolean> => (await onDisk('a.ipynb'))[0] === 'one two ';
    if (step === 'after the write') await until(isThere);
    else await new Promise((done) => setTimeout(done, 100)); // it waits for ever
    await type(document, 0, 'three ');
    await restart(true);
    const again = await open('a.ipynb');
    expect(sources(again)).toEqual(['one two three ']);
    await until(async () => (await onDisk('a.ipynb'))[0] === 'one two three ');
  });

  test('[B1] after a write that another program has gone on from loses and doubles nothing', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'one ')));
    const document = await open('a.ipynb');
    await type(document, 0, 'two ');
    const { store, shared } = running;
    const write = store.sharedFiles.write.bind(store.sharedFiles);
    store.sharedFiles.write = async (...args) => {
      await write(...args);
      return new Promise(() => undefined);
    };
    void shared.save(document);
    await until(async () => (await onDisk('a.ipynb'))[0] === 'one two ');
    await type(document, 0, 'three ');
    await restart(true);
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'one two '), cell('b', 'by hand')));
    expect(sources(await open('a.ipynb'))).toEqual(['one two three ', 'by hand']);
  });
});

describe('a client that knows nothing of documents', () => {
  const save = (path: string, cells: object[]): Promise<unknown> =>
    running.shared.contents.save(
      path,
      { type: 'notebook', format: 'json', content: contentOf(notebookText(...cells)) },
      'ben',
    );

  test('[R1] reads what is in the document', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const document = await open('a.ipynb');
    await type(document, 0, '0');
    const model = await running.shared.contents.get('a.ipynb', READ, 'ben');
    expect(model.content).toMatchObject({ cells: [{ source: 'x = 10' }] });
    expect(model.hash).toBe(
      createHash('sha256')
        .update(await readFile(inRoot('a.ipynb')))
        .digest('hex'),
    );
  });

  test('[R2] saves only what it has changed since it read or saved last', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1'), cell('b', 'y = 1')));
    const { contents } = running.shared;
    const document = await open('a.ipynb');
    await contents.get('a.ipynb', READ, 'ben');
    await type(document, 0, '0');
    await running.shared.save(document);
    await save('a.ipynb', [cell('a', 'x = 1'), cell('b', 'y = 2')]);
    expect(sources(document)).toEqual(['x = 10', 'y = 2']);
    expect(await onDisk('a.ipynb')).toEqual(['x = 10', 'y = 2']);
    // It goes on from what it sent, also after the server was another one.
    await restart();
    const again = await open('a.ipynb');
    await type(again, 0, '0');
    await save('a.ipynb', [cell('a', 'x = 1'), cell('b', 'y = 3'), cell('c', 'z')]);
    expect(sources(again)).toEqual(['x = 100', 'y = 3', 'z']);
  });

  test('[R2] adds a line where somebody has added one that is much like it', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1\n')));
    const document = await open('a.ipynb');
    await running.shared.contents.get('a.ipynb', READ, 'ben');
    await type(document, 0, 'print("ada")\n');
    await running.shared.save(document);
    await save('a.ipynb', [cell('a', 'x = 1\nprint("ben")\n')]);
    expect(sources(document)).toEqual(['x = 1\nprint("ada")\nprint("ben")\n']);
  });

  test('[R2] saves only what it has changed, also where the file was written while it read', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1\n')));
    const document = await open('a.ipynb');
    await type(document, 0, 'y = 2\n');
    const { store, shared } = running;
    const read = store.get.bind(store);
    vi.spyOn(store, 'get').mockImplementationOnce(async (...asked) => {
      const model = await read(...asked);
      await type(document, 0, 'z = 3\n');
      await shared.save(document);
      return model;
    });
    await shared.contents.get('a.ipynb', READ, 'ben');
    await save('a.ipynb', [cell('a', 'x = 1\ny = 2\n'), cell('b', 'new')]);
    expect(sources(document)).toEqual(['x = 1\ny = 2\nz = 3\n', 'new']);
  });

  test('[R3] uploads over it, and restores a checkpoint: both are merged', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const { contents } = running.shared;
    const document = await open('a.ipynb');
    const { id } = await contents.createCheckpoint('a.ipynb');
    const content = Buffer.from(notebookText(cell('a', 'x = 2'))).toString('base64');
    await contents.save('a.ipynb', { type: 'file', format: 'base64', content }, 'ben');
    expect(sources(document)).toEqual(['x = 2']);
    await contents.restoreCheckpoint('a.ipynb', id, 'ben');
    expect(sources(document)).toEqual(['x = 1']);
  });

  test('[R3] goes back to a checkpoint that was the file a moment ago', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const { contents } = running.shared;
    const document = await open('a.ipynb');
    await type(document, 0, '0');
    await running.shared.save(document);
    const { id } = await contents.createCheckpoint('a.ipynb');
    await type(document, 0, '99');
    await running.shared.save(document);
    await contents.restoreCheckpoint('a.ipynb', id, 'ben');
    expect([sources(document), await onDisk('a.ipynb')]).toEqual([['x = 10'], ['x = 10']]);
  });

  test('[R4] renames and deletes it', async () => {
    await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
    const { contents } = running.shared;
    const document = await open('a.ipynb');
    await type(document, 0, '0');
    await contents.rename('a.ipynb', 'b.ipynb', 'ben');
    expect([document.path, await onDisk('b.ipynb')]).toEqual(['b.ipynb', ['x = 10']]);
    await contents.delete('b.ipynb', 'ben');
    expect(document.end).toEqual({ reason: 'deleted' });
    await expect(stat(inRoot('b.ipynb'))).rejects.toThrow('ENOENT');
  });
});

test('[S6] what is asked to be saved is a version, and what is saved by itself is none', async () => {
  await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
  const document = await open('a.ipynb');
  const savings = async (): Promise<number> => {
    let count = 0;
    for await (const event of log.read('files')) if (event.type === 'file-saved') count += 1;
    return count;
  };
  await type(document, 0, '0');
  await until(async () => (await onDisk('a.ipynb'))[0] === 'x = 10');
  expect(await savings()).toBe(0);
  await running.shared.save(document);
  expect(await savings()).toBe(1);
  await running.shared.save(document);
  expect(await savings()).toBe(1);
});

test('a file that may not be written says so', async () => {
  if (process.getuid?.() === 0) return expect(process.getuid()).toBe(0); // whom nothing is forbidden
  await writeFile(inRoot('a.ipynb'), notebookText(cell('a', 'x = 1')));
  await chmod(inRoot('a.ipynb'), 0o400);
  onTestFinished(() => chmod(inRoot('a.ipynb'), 0o600).catch(() => undefined));
  const document = await open('a.ipynb');
  await type(document, 0, '0');
  await expect(running.shared.save(document)).rejects.toThrow('may not be written');
});
