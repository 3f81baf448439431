import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Notebook } from './notebook-format.ts';
import { areCellsTrusted, markCells, NotebookTrust } from './notebook-trust.ts';

let folder: string;
const open = (): NotebookTrust => new NotebookTrust(folder, (message) => expect.unreachable(message));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trust-'));
});
afterEach(() => rm(folder, { recursive: true }));

const notebook = (source: string): Notebook => ({
  cells: [{ cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 4,
});

test('what was signed is known, what differs from it is not, whatever its metadata say of signatures', () => {
  const trust = open();
  trust.sign(notebook('a'));
  expect([trust.isSigned(notebook('a')), trust.isSigned(notebook('b'))]).toEqual([true, false]);
  expect(trust.isSigned({ ...notebook('a'), metadata: { signature: 'forged' } })).toBe(true);
  trust.close();
});

test('the secret is made once, for its owner alone, and kept', async () => {
  const [first, second] = [open(), open()];
  first.sign(notebook('a'));
  const file = join(folder, 'notebook_secret');
  const secret = await readFile(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(secret.length).toBeGreaterThan(1024);
  expect(second.isSigned(notebook('a'))).toBe(true);
  expect(await readFile(file)).toEqual(secret);
  first.close();
  second.close();
});

test('with another secret, nothing is trusted', async () => {
  const trust = open();
  trust.sign(notebook('a'));
  trust.close();
  await writeFile(join(folder, 'notebook_secret'), 'another');
  const other = open();
  expect(other.isSigned(notebook('a'))).toBe(false);
  other.close();
});

const html = { output_type: 'display_data', data: { 'text/html': '<b>' }, metadata: {} };
const code = (outputs: unknown, metadata: object = {}): Notebook['cells'][number] => ({
  cell_type: 'code',
  metadata,
  outputs,
});
test.each([
  ['no cells', [], true],
  ['no outputs', [code([])], true],
  ['plain outputs', [code([{ output_type: 'stream', text: 'x' }, { output_type: 'error' }])], true],
  ['a rich output', [code([html])], false],
  ['a rich output in a trusted cell', [code([html], { trusted: true })], true],
  ['one trusted and one not', [code([html], { trusted: true }), code([html])], false],
  ['a mark that is no truth', [code([html], { trusted: [] })], false],
  ['markdown', [{ cell_type: 'markdown', metadata: {} }], true],
  ['outputs that are none', [code('x')], true],
])('cells with %s are trusted: %s', (_, cells, trusted) => {
  expect(areCellsTrusted(cells)).toBe(trusted);
});

test('only code cells are marked, in a copy', () => {
  const before = { ...notebook('a'), cells: [...notebook('a').cells, { cell_type: 'raw', metadata: {} }] };
  const marked = markCells(before, true);
  expect(marked.cells.map(({ metadata }) => metadata)).toEqual([{ trusted: true }, {}]);
  expect(before.cells[0]?.['metadata']).toEqual({});
});
