import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NotebookFiles } from './notebook-files.ts';
import type { NotebookTrust } from './notebook-trust.ts';
import type { PythonNbformat } from './python-nbformat.ts';
import { findTarget } from './replace-file.ts';

const trust = { isSigned: () => false, sign: () => undefined } as unknown as NotebookTrust;
const files = new NotebookFiles(trust, {} as PythonNbformat, (message) => {
  throw new Error(message);
});

test('I6: a notebook that another program writes while outputs are being put into it is left as that one wrote it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'notebook-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'a.ipynb');
  const notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  await writeFile(path, JSON.stringify(notebook));
  const theirs = JSON.stringify({ ...notebook, metadata: { of: 'another' } });
  const edited = { notebook: { ...notebook, metadata: { of: 'ours' } }, isTrusted: false };
  const announce = (): Promise<void> => Promise.resolve();
  const edit = { ...edited, keepsExisting: true, announce };
  // At the last moment: what is there is being kept as a version, and ours is written beside it.
  const target = await findTarget(path, () => writeFile(path, theirs));
  await expect(files.rewrite(target, () => Promise.resolve(edit))).rejects.toThrow('another program');
  expect(await readFile(path, 'utf8')).toBe(theirs);
  const again = await files.rewrite(await findTarget(path), () => Promise.resolve(edit));
  expect(again?.stats.size).toBe((await readFile(path)).length);
  expect(await readFile(path, 'utf8')).toContain('ours');
});
