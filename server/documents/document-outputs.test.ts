import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyNotebook, referLarge } from './apply-to-ydoc.ts';
import type { NotebookContent } from './cell-content.ts';
import { contentOfNotebook, EMPTY_NOTEBOOK } from './cell-content.ts';
import type { DocumentOutputs } from './document-outputs.ts';
import { withOutputs } from './document-outputs.ts';
import { LargeOutputs } from './large-outputs.ts';
import { mergeNotebook } from './merge-notebook.ts';
import { readReference } from './output-reference.ts';
import { restoreSaved } from './restore-saved.ts';
import type { OutputJson } from './shared-output.ts';

let directory: string;
let all: LargeOutputs;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'document-outputs-'));
  all = store();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const store = (): LargeOutputs =>
  new LargeOutputs({ directory, linkOf: (sha256) => `/outputs/${sha256}`, onlyIfNeeded: false });
const none = (): Promise<never[]> => Promise.resolve([]);

function notebook(outputs: readonly OutputJson[]): NotebookContent {
  const cells = outputs.map((output, at) => ({
    ...{ id: `cell-${at}`, cell_type: 'code', source: '', metadata: {}, attachments: null, trusted: false },
    results: { outputs: [output], execution_count: null },
  }));
  return { ...EMPTY_NOTEBOOK, cells };
}

async function filled(content: NotebookContent, outputs: DocumentOutputs): Promise<YNotebook> {
  const model = new YNotebook();
  await outputs.keepNotebook(content);
  const merged = mergeNotebook(EMPTY_NOTEBOOK, contentOfNotebook(model), content);
  model.ydoc.transact(() => applyNotebook(model, merged, outputs), 'server');
  return model;
}

const outputsIn = (model: YNotebook): OutputJson[] =>
  contentOfNotebook(model).cells.flatMap(({ results }) => results?.outputs ?? []);
const restoredFrom = (model: YNotebook, outputs: DocumentOutputs): NotebookContent =>
  withOutputs(contentOfNotebook(model), (output) => outputs.restore(output));

const large = (letter: string, size = 100_000): OutputJson => ({
  ...{ output_type: 'display_data', metadata: {} },
  data: { 'image/png': letter.repeat(size), 'text/plain': 'a picture' },
});
const anyText = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom(1, 3000, 40_000))
  .map(([text, times]) => text.repeat(times));
const anyOutput: fc.Arbitrary<OutputJson> = fc
  .oneof(
    fc.record({ output_type: fc.constant('stream'), name: fc.constant('stdout'), text: anyText }),
    fc.record({
      output_type: fc.constant('error'),
      ename: fc.string(),
      evalue: fc.string(),
      traceback: fc.array(anyText, { maxLength: 2 }),
    }),
    fc.record({
      output_type: fc.constant('execute_result'),
      execution_count: fc.nat(),
      metadata: fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>, { maxKeys: 2 }),
      data: fc.record({ 'text/html': anyText, 'application/json': fc.jsonValue() }),
    }),
  )
  // As a file has it: objects with the usual prototype.
  .map((output) => JSON.parse(JSON.stringify(output)) as OutputJson);

describe('what a document only refers to', () => {
  test('[P1] is what it was, also after the server has been started again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyOutput, { maxLength: 4 }), fc.uuid(), async (some, documentId) => {
        const content = notebook(some);
        const model = await filled(content, await all.of(documentId));
        expect(restoredFrom(model, await all.of(documentId))).toEqual(content);
        const later = await store().of(documentId);
        await later.ready(model.ydoc, none);
        expect(restoredFrom(model, later)).toEqual(content);
        await later.close(model.ydoc);
      }),
      { numRuns: 40 },
    );
  });

  test('[P2] is small there, and every renderer can show something', async () => {
    const model = await filled(notebook([large('a'), large('b', 10)]), await all.of('one'));
    const [first, second] = outputsIn(model);
    expect(readReference(first)).toMatchObject({ mime_types: ['image/png', 'text/plain'] });
    expect(JSON.stringify(first).length).toBeLessThan(1500);
    const { data } = first as { readonly data: Readonly<Record<string, string>> };
    expect(data['text/html']).toContain('?type=image%2Fpng"');
    expect(data['text/plain']).toContain('101 kB');
    expect(second).toEqual(large('b', 10));
  });

  test('[P3] in a notebook of many outputs is as much as it takes for under 2 MB', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => large(`${at} `, 2500));
    const model = await filled(notebook(many), await all.of('one'));
    expect(Y.encodeStateAsUpdate(model.ydoc).length).toBeLessThan(2 * 1024 * 1024);
    // A single sync, and no thousand files.
    expect((await readdir(directory, { recursive: true })).length).toBeLessThan(8);
  });

  test('[P4] where only too large documents have references is nothing in a document of under 2 MB', async () => {
    const stock = new LargeOutputs({ directory, linkOf: String, onlyIfNeeded: true });
    const model = await filled(notebook([large('a', 1_000_000)]), await stock.of('one'));
    expect(outputsIn(model)).toEqual([large('a', 1_000_000)]);
    const more = notebook([large('a', 1_000_000), large('b', 2_000_000)]);
    expect(outputsIn(await filled(more, await stock.of('two'))).every(readReference)).toBe(true);
  });

  test('[P5] makes no change where the same content comes in again', async () => {
    const outputs = await all.of('one');
    const content = notebook([large('a'), large('b', 10)]);
    const model = await filled(content, outputs);
    let updates = 0;
    model.ydoc.on('update', () => (updates += 1));
    const again = structuredClone(content);
    const merged = mergeNotebook(content, restoredFrom(model, outputs), again);
    model.ydoc.transact(() => applyNotebook(model, merged, outputs), 'server');
    expect(updates).toBe(0);
  });

  test('[P5] stays a reference where its cell moves, though the document is small by now', async () => {
    const many = notebook(Array.from({ length: 800 }, (_, at) => large(String(at).padStart(4), 750)));
    const model = await filled(many, await all.of('one'));
    expect(outputsIn(model).every(readReference)).toBe(true);
    const later = await store().of('one');
    await later.ready(model.ydoc, none);
    const present = restoredFrom(model, later);
    const turned = { ...present, cells: present.cells.toReversed() };
    const merged = mergeNotebook(present, present, turned);
    model.ydoc.transact(() => applyNotebook(model, merged, later), 'server');
    expect(restoredFrom(model, later)).toEqual(turned);
    expect(outputsIn(model).every(readReference)).toBe(true);
  });

  test('[P6] becomes what a document had itself when it grew', async () => {
    const outputs = await all.of('one');
    const model = new YNotebook();
    const content = notebook([{ output_type: 'stream', name: 'stdout', text: 'long\n'.repeat(50_000) }]);
    const merged = mergeNotebook(EMPTY_NOTEBOOK, contentOfNotebook(model), content);
    model.ydoc.transact(() => applyNotebook(model, merged), 'server');
    await outputs.keepNotebook(contentOfNotebook(model));
    model.ydoc.transact(() => referLarge(model.ydoc, outputs), 'server');
    expect(readReference(outputsIn(model)[0])).toMatchObject({ height: 20_000 });
    expect(restoredFrom(model, outputs)).toEqual(content);
  });

  test('[P7] goes with a cell into another notebook, whatever becomes of the first', async () => {
    const source = await all.of('one');
    const from = await filled(notebook([large('a')]), source);
    const to = new YNotebook();
    const pasted = mergeNotebook(EMPTY_NOTEBOOK, contentOfNotebook(to), contentOfNotebook(from));
    to.ydoc.transact(() => applyNotebook(to, pasted), 'a page');
    const target = await all.of('two');
    await target.ready(to.ydoc, none);
    await source.close(null);
    expect(restoredFrom(to, target)).toEqual(notebook([large('a')]));
    const later = await store().of('two');
    await later.ready(to.ydoc, none);
    expect(restoredFrom(to, later)).toEqual(notebook([large('a')]));
  });

  test('[P8] is got back from the file where it is lost; else the reference stays, and says so', async () => {
    const content = notebook([large('a'), large('b')]);
    const model = await filled(content, await all.of('one'));
    await rm(directory, { recursive: true });
    const later = await store().of('one');
    expect(() => restoredFrom(model, later)).toThrow('not read');
    await later.ready(model.ydoc, () => Promise.resolve([notebook([large('b')])]));
    const [first, second] = withOutputs(contentOfNotebook(model), (output) => later.restore(output)).cells;
    expect(second).toEqual(content.cells[1]);
    expect(readReference(first?.results?.outputs[0])).not.toBeNull();
  });

  test('[P9] is in what a client saves somewhere else', async () => {
    const outputs = await all.of('one');
    const model = await filled(notebook([large('a')]), outputs);
    const [reference] = outputsIn(model);
    const saved = { nbformat: 4, cells: [{ cell_type: 'markdown' }, { outputs: [reference, 'x'] }] };
    expect(await restoreSaved(saved, (sha256) => all.find(sha256))).toEqual({
      nbformat: 4,
      cells: [{ cell_type: 'markdown' }, { outputs: [large('a'), 'x'] }],
    });
    await all.attachment({ documentId: 'one', ydoc: model.ydoc, end: null } as never).close();
    expect(await all.find(readReference(reference)!.sha256)).not.toBeNull();
  });

  test('[P10] goes when most of what is kept is nobody’s any more', async () => {
    const outputs = await all.of('one');
    const big = Array.from({ length: 10 }, (_, at) => large(String(at), 1_000_000));
    const model = await filled(notebook([...big, large('x')]), outputs);
    const hashes = outputsIn(model).map((output) => readReference(output)!.sha256);
    model.deleteCellRange(0, 10);
    await outputs.close(model.ydoc);
    const later = store();
    expect(await later.find(hashes[0]!)).toBeNull();
    expect(await later.find(hashes[10]!)).not.toBeNull();
  });

  test('[P11] is no widget, nothing isolated and nothing that JSON cannot hold', async () => {
    const view = 'application/vnd.jupyter.widget-view+json';
    const long = 'x'.repeat(100_000);
    const stay: OutputJson[] = [
      { output_type: 'display_data', metadata: {}, data: { [view]: {}, 'text/plain': long } },
      { output_type: 'display_data', metadata: { isolated: true }, data: { 'text/html': long } },
      { output_type: 'display_data', metadata: { x: -0 }, data: { 'text/html': long } },
    ];
    expect(outputsIn(await filled(notebook(stay), await all.of('one')))).toEqual(stay);
  });
});
