import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Kernelspec, KernelspecFinder } from '../kernelspecs/kernelspec.ts';
import { EnvironmentKernelspecs } from './environment-kernelspecs.ts';
import { findPythonEnvironments } from './python-environments.ts';

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'environments-')));
});
afterEach(() => rm(home, { recursive: true }));

async function write(path: string, text = ''): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}
async function makeEnvironment(path: string, { mark = 'pyvenv.cfg', text = '', ipykernel = true } = {}) {
  await write(join(path, 'bin/python'));
  await write(join(path, 'lib/python3.12/site-packages/pip/__init__.py'));
  if (mark !== '') await write(join(path, mark), text);
  if (ipykernel) await write(join(path, 'lib/python3.12/site-packages/ipykernel/kernelspec.py'));
}
const search = () => findPythonEnvironments({ projects: [join(home, 'work')], home, environment: {} });

test('finds what venv, uv, conda, pyenv and the like have made, where they make it', async () => {
  await makeEnvironment('work/.venv');
  await makeEnvironment('work/fish/.venv', { text: 'home = /usr/bin\nuv = 0.9.2\n' });
  await makeEnvironment('.virtualenvs/birds', { ipykernel: false });
  await makeEnvironment('miniforge3', { mark: 'conda-meta/history' });
  await makeEnvironment('miniforge3/envs/data', { mark: 'conda-meta/history' });
  await makeEnvironment('.pyenv/versions/3.12.1', { mark: '' });
  await makeEnvironment('elsewhere/deep', { mark: 'conda-meta/history' });
  await write('.conda/environments.txt', `${home}/elsewhere/deep\n${home}/gone\n`);
  const found = (await search()).map(({ prefix, kind, name, ipykernel }) => [
    prefix.slice(home.length + 1),
    kind,
    name,
    ipykernel !== null,
  ]);
  expect(found).toEqual([
    ['.pyenv/versions/3.12.1', 'venv', '3.12.1', true],
    ['.virtualenvs/birds', 'venv', 'birds', false],
    ['elsewhere/deep', 'conda', 'deep', true],
    ['miniforge3', 'conda', 'miniforge3', true],
    ['miniforge3/envs/data', 'conda', 'data', true],
    ['work/.venv', 'venv', 'work', true],
    ['work/fish/.venv', 'uv', 'fish', true],
  ]);
});

test('what is no environment, is broken, or was found by another path is left out', async () => {
  await makeEnvironment('work/.venv');
  await mkdir(join(home, '.virtualenvs'));
  await symlink(join(home, 'work/.venv'), join(home, '.virtualenvs/again'));
  await write('work/env/pyvenv.cfg'); // never finished
  await write('work/venv/notes.txt');
  await symlink(join(home, 'nowhere'), join(home, 'work/fish'));
  expect((await search()).map(({ prefix }) => prefix)).toEqual([join(home, 'work/.venv')]);
});

test('each that has ipykernel is a kernelspec behind those that are installed, unless it is one of them', async () => {
  await makeEnvironment('work/.venv');
  await makeEnvironment('work/Fish & Chips/.venv');
  await makeEnvironment('.virtualenvs/work');
  await makeEnvironment('.virtualenvs/bare', { ipykernel: false });
  await makeEnvironment('.virtualenvs/installed');
  const own = { argv: [join(home, '.virtualenvs/installed/bin/python')], display_name: 'Mine' };
  const installed = { name: 'mine', prefix: null, spec: own } as unknown as Kernelspec;
  const disk: KernelspecFinder = {
    list: () => Promise.resolve([installed]),
    find: (name) => Promise.resolve(name === 'mine' ? installed : undefined),
    defaultName: () => Promise.resolve('mine'),
  };
  const kernelspecs = new EnvironmentKernelspecs(disk, search, '/served');
  const list = await kernelspecs.list();
  expect(list.map(({ name }) => name)).toEqual([
    'mine',
    'venv-work',
    'venv-work-' + (list[2]?.name.slice(-6) ?? ''),
    'venv-fish-chips',
  ]);
  const fish = await kernelspecs.find('venv-fish-chips');
  const prefix = join(home, 'work/Fish & Chips/.venv');
  expect(fish).toMatchObject({
    prefix,
    resourceDirectory: join(prefix, 'lib/python3.12/site-packages/ipykernel/resources'),
    spec: {
      display_name: 'Python 3.12 (Fish & Chips, venv)',
      env: { PATH: `${prefix}/bin:\${PATH}`, VIRTUAL_ENV: prefix },
    },
  });
  expect(await kernelspecs.find('mine')).toBe(installed);
  expect(await kernelspecs.find('none')).toBeUndefined();
});
