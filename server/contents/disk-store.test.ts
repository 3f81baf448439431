import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentStoreContract } from '../../test/contract/content-store-contract.ts';
import type { ContentModel } from './content-model.ts';
import type { OnContentChange } from './content-store.ts';
import { DiskStore } from './disk-store.ts';
import { nameBeside } from './replace-file.ts';
import { Trash } from './trash.ts';

interface Folders {
  readonly folder: string;
  readonly root: string;
  readonly outside: string;
}

async function makeFolders(): Promise<Folders> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'disk-store-')));
  const [root, outside] = [join(folder, 'root'), join(folder, 'outside')];
  await mkdir(root);
  await mkdir(outside);
  return { folder, root, outside };
}

function storeIn({ folder, root }: Folders, onChange: OnContentChange, deleteToTrash = true): DiskStore {
  const trash = new Trash(join(folder, 'share'));
  const userData = join(folder, 'data');
  const warn = (message: string): void => expect.unreachable(message);
  return new DiskStore({
    rootDirectory: root,
    userData,
    prefix: folder,
    onChange,
    warn,
    deleteToTrash,
    trash,
  });
}

contentStoreContract('on disk', async (onChange) => {
  const folders = await makeFolders();
  const store = storeIn(folders, onChange);
  return {
    store,
    dispose: async () => {
      await store.close();
      await rm(folders.folder, { recursive: true });
    },
  };
});

describe('on disk', () => {
  let folders: Folders;
  let root: string;
  let store: DiskStore;
  beforeEach(async () => {
    folders = await makeFolders();
    ({ root } = folders);
    store = storeIn(folders, () => {});
  });
  afterEach(async () => {
    await store.close();
    await chmod(root, 0o755);
    await rm(folders.folder, { recursive: true });
  });

  const save = (path: string, content: string): Promise<ContentModel> =>
    store.save(path, { type: 'file', format: 'text', content }, 'ada');
  const part = (path: string, content: string, chunk: number): Promise<ContentModel> =>
    store.save(path, { type: 'file', format: 'text', content, chunk }, 'ada');
  const get = (path: string): Promise<ContentModel> =>
    store.get(path, { content: true, type: null, format: null, hash: false }, 'ada');
  const at = (path: string): string => join(root, path);
  const read = (path: string): Promise<string> => readFile(at(path), 'utf8');

  /** Root may write everywhere: as somebody else it meets the obstacles that everybody meets. */
  async function unprivileged<T>(action: () => Promise<T>): Promise<T> {
    if (process.getuid?.() !== 0) return action();
    await chmod(folders.folder, 0o755);
    process.seteuid?.(65_534);
    try {
      return await action();
    } finally {
      process.seteuid?.(0);
    }
  }

  describe('what is replaced (I6)', () => {
    test.each([0o600, 0o644, 0o755, 0o640])(
      'keeps its mode %o, also when uploaded in parts or restored',
      async (mode) => {
        await writeFile(at('a.txt'), 'before');
        await chmod(at('a.txt'), mode);
        const modeNow = async (): Promise<number> => (await stat(at('a.txt'))).mode & 0o7777;
        await save('a.txt', 'saved');
        expect(await modeNow()).toBe(mode);
        await store.createCheckpoint('a.txt');
        await part('a.txt', 'up', 1);
        await part('a.txt', 'loaded', -1);
        expect([await read('a.txt'), await modeNow()]).toEqual(['uploaded', mode]);
        await store.restoreCheckpoint('a.txt', 'checkpoint', 'ada');
        expect([await read('a.txt'), await modeNow()]).toEqual(['saved', mode]);
      },
    );

    test('stays a link, also one that leads to nothing yet', async () => {
      await mkdir(at('d'));
      await writeFile(at('d/real.txt'), 'before');
      await symlink('d/real.txt', at('link.txt'));
      await symlink('link.txt', at('link-to-link.txt'));
      await symlink('d/new.txt', at('broken.txt'));
      await save('link-to-link.txt', 'after');
      await save('broken.txt', 'new');
      expect([await readlink(at('link.txt')), await read('d/real.txt'), await read('d/new.txt')]).toEqual([
        'd/real.txt',
        'after',
        'new',
      ]);
      expect((await lstat(at('broken.txt'))).isSymbolicLink()).toBe(true);
    });

    test('survives a save that cannot be written, and nothing is left over', async () => {
      await writeFile(at('a.txt'), 'before');
      await mkdir(nameBeside(at('a.txt'), 'saving'));
      await expect(save('a.txt', 'after')).rejects.toMatchObject({ name: 'ContentError' });
      expect(await read('a.txt')).toBe('before');
      await rm(nameBeside(at('a.txt'), 'saving'), { recursive: true });
      await save('a.txt', 'after');
      expect(await readdir(root)).toEqual(['a.txt']);
    });

    test('is written in place where its directory takes no new file', async () => {
      await writeFile(at('a.txt'), 'before, and longer');
      await chmod(at('a.txt'), 0o666);
      await chmod(root, 0o555);
      await unprivileged(async () => {
        await save('a.txt', 'after');
        await expect(save('b.txt', 'new')).rejects.toMatchObject({ code: 'forbidden' });
      });
      expect([await read('a.txt'), await readdir(root)]).toEqual(['after', ['a.txt']]);
    });

    test('is one file under all its names: saves by a link and by the name itself do not meet', async () => {
      await writeFile(at('a.txt'), 'before');
      await symlink('a.txt', at('link.txt'));
      await mkdir(at('d'));
      await symlink('..', at('d/up'));
      const paths = ['a.txt', 'link.txt', 'd/up/a.txt'];
      for (let round = 0; round < 8; round += 1) {
        const versions = paths.map((path) => path.repeat(30_000));
        await Promise.all(paths.map((path, index) => save(path, versions[index] as string)));
        expect(versions).toContain(await read('a.txt'));
      }
      expect((await readdir(root)).sort()).toEqual(['a.txt', 'd', 'link.txt']);
    });

    test('parts that come by a link and by the name itself are parts of one file', async () => {
      await writeFile(at('a.txt'), 'before');
      await symlink('a.txt', at('link.txt'));
      await part('a.txt', 'one ', 1);
      await part('link.txt', 'two ', 2);
      expect(await store.fileExists('link.txt')).toBe(true);
      await part('a.txt', 'three', -1);
      expect([await read('a.txt'), (await readdir(root)).sort()]).toEqual([
        'one two three',
        ['a.txt', 'link.txt'],
      ]);
    });

    test('is not an unfinished upload that nobody goes on with: those a day old are removed by the next one', async () => {
      const stale = nameBeside(at('gone.bin'), 'upload');
      const fresh = nameBeside(at('under-way.bin'), 'upload');
      for (const path of [stale, fresh]) await writeFile(path, 'x');
      const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
      await utimes(stale, twoDaysAgo, twoDaysAgo);
      await part('a.bin', 'x', 1);
      expect([existsSync(stale), existsSync(fresh)]).toEqual([false, true]);
    });

    test('goes on being uploaded by another process: the growing file is all that counts', async () => {
      await part('a.txt', 'one ', 1);
      const upload = nameBeside(at('a.txt'), 'upload');
      const growing = await readFile(upload);
      await store.close();
      await writeFile(upload, growing); // As a killed server leaves it.
      store = storeIn(folders, () => {});
      await part('a.txt', 'two', -1);
      expect([await read('a.txt'), await readdir(root)]).toEqual(['one two', ['a.txt']]);
    });
  });

  describe('links', () => {
    test('out of the root are not followed by anything that streams', async () => {
      await writeFile(join(folders.outside, 'secret.txt'), 'secret');
      await symlink(join(folders.outside, 'secret.txt'), at('out.txt'));
      await symlink(folders.outside, at('out'));
      await symlink('out', at('again'));
      for (const path of ['out.txt', 'out/secret.txt', 'again/secret.txt']) {
        await expect(store.locateFile(path)).rejects.toMatchObject({ code: 'forbidden' });
      }
    });

    test('are deleted, not what they lead to', async () => {
      await mkdir(at('d'));
      await writeFile(at('d/a.txt'), 'a');
      await symlink('d', at('link'));
      await symlink('nowhere', at('broken'));
      await store.delete('link', 'ada');
      await store.delete('broken', 'ada');
      expect([await readdir(root), await read('d/a.txt')]).toEqual([['d'], 'a']);
    });

    test('that lead in circles are left out of a listing, broken ones are files', async () => {
      await symlink('circle', at('circle'));
      await symlink('nowhere', at('broken'));
      await symlink('.', at('here'));
      const entries = (await get('')).content as ContentModel[];
      expect(entries.map(({ name, type }) => [name, type]).sort()).toEqual([
        ['broken', 'file'],
        ['here', 'directory'],
      ]);
    });
  });

  test('a directory of 10,000 entries is listed, notebooks that are none among them, without reading a file', async () => {
    await mkdir(at('many'));
    const names = Array.from(
      { length: 10_000 },
      (_, index) => `file-${index}.${index % 2 === 0 ? 'ipynb' : 'txt'}`,
    );
    for (const name of names) await writeFile(at(`many/${name}`), 'not a notebook');
    const entries = (await get('many')).content as ContentModel[];
    expect(entries.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(entries.every(({ content, format }) => content === null && format === null)).toBe(true);
  });

  test('sockets, pipes and what may not be listed are left out, and a pipe is not waited for', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    await save('a.txt', 'a');
    expect(((await get('')).content as ContentModel[]).map(({ name }) => name)).toEqual(['a.txt']);
    await expect(get('pipe')).rejects.toMatchObject({ code: 'invalid' });
    await expect(save('pipe', 'x')).rejects.toMatchObject({ code: 'invalid' });
  });

  test('without a trash, a directory that holds something is refused', async () => {
    const strict = storeIn(folders, () => {}, false);
    await mkdir(at('d'));
    await save('d/a.txt', 'a');
    await strict.createCheckpoint('d/a.txt');
    await expect(strict.delete('d', 'ada')).rejects.toMatchObject({ code: 'invalid' });
    await strict.delete('d/a.txt', 'ada');
    await strict.delete('d', 'ada');
    expect(await readdir(root)).toEqual([]);
    await strict.close();
  });

  test('paths as kernels write them are resolved within the root only', async () => {
    await mkdir(at('d'));
    await save('d/a.txt', 'a');
    await mkdir(`${root}-next`);
    await writeFile(join(`${root}-next`, 'a.txt'), 'a');
    expect(await store.resolve(join(root, 'd/a.txt'))).toBe('d/a.txt');
    expect(await store.resolve('d/../d/a.txt')).toBe('d/a.txt');
    expect(await store.resolve(root)).toBe('');
    for (const path of [
      join(folders.outside, 'x'),
      join(`${root}-next`, 'a.txt'),
      'd/missing',
      '~/missing-in-home',
    ]) {
      expect(await store.resolve(path)).toBeNull();
    }
  });
});
