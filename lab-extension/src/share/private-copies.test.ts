import 'fake-indexeddb/auto';
import type { ServerConnection } from '@jupyterlab/services';
import { beforeEach, describe, expect, test } from 'vitest';
import { PrivateCopies } from './private-copies.ts';
import { PrivateDrive } from './private-drive.ts';
import { copyText } from './share-text.ts';

const CONTENT = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
const TAKEN = { from: 'folder/a.ipynb', takenAt: '2026-11-22T01:00:00.000Z', content: CONTENT };
let databases = 0;
let copies: PrivateCopies;
let drive: PrivateDrive;
const reopened = () => new PrivateCopies(`copies-${databases}`, indexedDB);
beforeEach(() => {
  databases += 1;
  copies = reopened();
  drive = new PrivateDrive(copies, {} as ServerConnection.ISettings);
});

describe('private copies', () => {
  test('are there after the page, each under a name of its own', async () => {
    await copies.add(TAKEN);
    await copies.add(TAKEN);
    expect((await reopened().list()).map(({ name }) => name).sort()).toEqual(['a (2).ipynb', 'a.ipynb']);
    expect(await reopened().find('a.ipynb')).toMatchObject(TAKEN);
    await copies.remove('a.ipynb');
    expect(await reopened().find('a.ipynb')).toBeNull();
  });

  test('leave no database in the browser of somebody who never took one', async () => {
    expect(await copies.list()).toEqual([]);
    expect(await copies.find('a.ipynb')).toBeNull();
    const names = (await indexedDB.databases()).map(({ name }) => name);
    expect(names).not.toContain(`copies-${databases}`);
  });

  test('are opened, saved, renamed and deleted as JupyterLab does with files', async () => {
    await copies.add(TAKEN);
    const told: string[] = [];
    drive.fileChanged.connect((_, { type }) => void told.push(type));
    const edited = { ...CONTENT, metadata: { edited: true } };
    const saved = await drive.save('a.ipynb', { content: edited });
    expect(saved).toMatchObject({ type: 'notebook', content: null, writable: true });
    // JupyterLab asks before each save whether the file is the one that it knows.
    expect((await drive.get('a.ipynb', { content: false })).last_modified).toBe(saved.last_modified);
    expect(await drive.get('a.ipynb')).toMatchObject({ format: 'json', content: edited });
    await drive.rename('a.ipynb', 'b.ipynb');
    expect((await drive.get('')).content).toMatchObject([{ path: 'b.ipynb' }]);
    await drive.delete('b.ipynb');
    expect(told).toEqual(['save', 'rename', 'delete']);
    await expect(drive.get('b.ipynb')).rejects.toThrow('no private copy b.ipynb');
  });

  test('that were deleted are not made anew by a page that still shows them', async () => {
    await copies.add(TAKEN);
    await copies.remove('a.ipynb');
    await expect(copies.save('a.ipynb', CONTENT)).rejects.toThrow('was deleted');
    expect(await copies.list()).toEqual([]);
  });

  test('do not take the place of others', async () => {
    await copies.add(TAKEN);
    await copies.add(TAKEN);
    await expect(copies.rename('a.ipynb', 'a (2).ipynb')).rejects.toThrow();
    expect(await copies.list()).toHaveLength(2);
  });

  test('are not promised by a browser that keeps nothing', async () => {
    await expect(new PrivateCopies('none', null).list()).rejects.toThrow('keeps nothing for pages');
  });

  test('say what they are', () => {
    expect(copyText(TAKEN)).toMatch(/^Private copy of folder\/a\.ipynb, taken .*2026.* nobody else sees it/);
  });
});
