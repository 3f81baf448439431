import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outcome, PyodideKernels } from '../servers/pyodide-kernels.ts';

const MIB = 1024 ** 2;
let kernels: PyodideKernels;
beforeEach(async () => {
  kernels = await PyodideKernels.open();
});
afterEach(() => kernels.close());

test('[L3] where it may, it reads and writes the folder of its notebook, and nothing behind a link', async () => {
  const { root } = kernels;
  await mkdir(join(root, 'work'));
  await writeFile(join(root, 'work', 'data.txt'), 'given');
  await writeFile(join(root, 'secret.txt'), 'secret');
  await symlink(join(root, 'secret.txt'), join(root, 'work', 'link'));
  await symlink(root, join(root, 'work', 'up'));
  const { client } = await kernels.start({ files: true });
  const lines = [
    'import os',
    'print(open("data.txt").read(), sorted(os.listdir(".")))',
    'os.makedirs("made/deep"); open("made/deep/a", "w").write("one"); open("made/deep/a", "a").write(" two")',
    'os.rename("made/deep/a", "b"); print(os.path.getsize("b"), os.listdir("made/deep"))',
  ];
  expect(await outcome(client, lines.join('\n'))).toBe("given ['data.txt']\n7 []\n");
  expect(await readFile(join(root, 'work', 'b'), 'utf8')).toBe('one two');
  for (const path of ['link', 'up/secret.txt'])
    expect(await outcome(client, `open("${path}").read()`)).toContain('PermissionError');
  expect(await outcome(client, 'open("up/new", "w")')).toContain('PermissionError');
  expect(await outcome(client, 'os.symlink("/etc", "etc")')).toContain('PermissionError');
});

/** A mirror with one package of one module, made here: wheels of others cannot be had without a network. */
async function makeMirror(): Promise<{ mirror: string; wheel: string }> {
  const mirror = join(kernels.root, 'mirror');
  await mkdir(mirror);
  const name = 'ours-1.0-py3-none-any.whl';
  const wheel = join(mirror, name);
  const program = [
    'import sys, zipfile',
    'with zipfile.ZipFile(sys.argv[1], "w") as wheel:',
    '    wheel.writestr("ours.py", "ANSWER = 42\\n")',
    '    wheel.writestr("ours-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: ours\\nVersion: 1.0\\n")',
    '    wheel.writestr("ours-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")',
    '    wheel.writestr("ours-1.0.dist-info/RECORD", "")',
  ].join('\n');
  execFileSync(resolve(import.meta.dirname, '../../.venv/bin/python'), ['-c', program, wheel]);
  const own = resolve(import.meta.dirname, '../../node_modules/pyodide/pyodide-lock.json');
  const lock = JSON.parse(await readFile(own, 'utf8')) as { packages: Record<string, object> };
  const sha256 = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  const entry = { name: 'ours', version: '1.0', file_name: name, install_dir: 'site', sha256 };
  lock.packages = {
    ours: { ...entry, package_type: 'package', imports: ['ours'], depends: [], unvendored_tests: false },
  };
  await writeFile(join(mirror, 'pyodide-lock.json'), JSON.stringify(lock));
  return { mirror, wheel };
}
const USE = 'import ours; print(ours.ANSWER)';

describe('packages of a folder', () => {
  test('are there when they are imported, or asked for', async () => {
    const { mirror } = await makeMirror();
    const { client } = await kernels.start({ packages: mirror });
    expect(await outcome(client, USE)).toContain('42\n');
    expect(await outcome(client, '%pip install ours')).toContain('Installed ours');
    expect(await outcome(client, '%pip install nothing-of-the-kind')).toMatch(
      /ModuleNotFoundError.*nothing-of-the-kind/,
    );
  });

  test('say what to do where one is missing or damaged, or nobody says which there are', async () => {
    const { mirror, wheel } = await makeMirror();
    await writeFile(wheel, 'another file');
    const { client, kernel } = await kernels.start({ packages: mirror });
    expect(await outcome(client, '%pip install ours')).toContain('is damaged, or another file');
    await rm(wheel);
    expect(await outcome(client, '%pip install ours')).toMatch(
      /is missing in the folder of packages.*--pyodide-packages/,
    );
    await rm(join(mirror, 'pyodide-lock.json'));
    await kernel.restart();
    expect(await outcome(client, '%pip install numpy')).toMatch(
      /is missing in the folder of packages.*has none/,
    );
  });

  test('are not had from the network where there is none, which is said', async () => {
    const { client } = await kernels.start();
    expect(await outcome(client, '%pip install numpy')).toMatch(/no network.*--pyodide-network/);
    const { reply } = await client.run('import matplotlib');
    const told = (reply['traceback'] as string[]).join('\n');
    expect(told).toMatch(/matplotlib cannot be had here: .*no network.*--pyodide-network/);
    // Once, and not of each package that it needs.
    expect(told.match(/no network/g)).toHaveLength(1);
    expect(told).not.toContain('numpy');
  });
});

test('beyond the limit of its memory there is a MemoryError, and the kernel goes on', async () => {
  const { client } = await kernels.start({ memory: 200 * MIB });
  expect(await outcome(client, 'x = bytearray(300 * 1024 ** 2)')).toContain('MemoryError');
  expect(await outcome(client, 'x = bytearray(1024 ** 2); print("on")')).toBe('on\n');
});
