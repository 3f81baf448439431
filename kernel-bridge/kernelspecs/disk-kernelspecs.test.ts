import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DiskKernelspecs } from './disk-kernelspecs.ts';

const served = resolve(import.meta.dirname, '../../.venv');
const valid = { argv: ['k', '{connection_file}'], display_name: 'K', language: 'k' };

let root: string;
let warnings: { kernelspec: string; reason: string }[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'specs-'));
  warnings = [];
});
afterEach(() => rm(root, { recursive: true }));

function finder(dataDirectories = ['one', 'two'], pythonPrefix = root) {
  return new DiskKernelspecs({
    dataDirectories: dataDirectories.map((name) => join(root, name)),
    pythonPrefix,
    ipythonKernels: join(root, 'ipython/kernels'),
    warn: (fields) => warnings.push(fields),
  });
}
async function install(path: string, content: unknown = valid) {
  await mkdir(join(root, path), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(root, path, 'kernel.json'), text);
}
const namesOf = async (kernelspecs: DiskKernelspecs) => (await kernelspecs.list()).map(({ name }) => name);

describe('DiskKernelspecs', () => {
  test('[S1] lets the first folder win', async () => {
    await install('one/kernels/k', { ...valid, display_name: 'first' });
    await install('two/kernels/K', { ...valid, display_name: 'second' });
    await install('ipython/kernels/last');
    expect(await namesOf(finder())).toEqual(['k', 'last']);
    expect((await finder().find('k'))?.spec.display_name).toBe('first');
  });

  test('[S1] leaves out names that Jupyter does not allow, and folders without kernel.json', async () => {
    await install('one/kernels/with space');
    await mkdir(join(root, 'one/kernels/empty'));
    expect(await namesOf(finder())).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test('[S2] finds names in any case, and python3 by python', async () => {
    await install('one/kernels/Python3');
    expect((await finder().find('PYTHON'))?.name).toBe('python3');
    expect((await finder().find('pYthon3'))?.resourceDirectory).toBe(join(root, 'one/kernels/Python3'));
    expect(await finder().find('other')).toBeUndefined();
  });

  test('[S2] names python3 as the default, or else the first', async () => {
    expect(await finder().defaultName()).toBe('python3');
    await install('one/kernels/a');
    expect(await finder().defaultName()).toBe('a');
    await install('two/kernels/python3');
    expect(await finder().defaultName()).toBe('python3');
  });

  test("[S3] stands ipykernel's own description in for a missing python3", async () => {
    const native = await finder([], served).find('python');
    expect(native).toMatchObject({ name: 'python3', prefix: served });
    expect(native?.spec.argv.slice(1)).toEqual(['-m', 'ipykernel_launcher', '-f', '{connection_file}']);
    expect(await namesOf(finder([], served))).toEqual(['python3']);
    expect(await namesOf(finder([], root))).toEqual([]);
  });

  test('[S4] leaves out broken kernelspecs, warning once, and lists the others', async () => {
    await install('one/kernels/broken', '{');
    await install('one/kernels/wrong', { ...valid, argv: 'k' });
    await install('one/kernels/no-mode', { ...valid, interrupt_mode: 'shout' });
    await install('one/kernels/good');
    const kernelspecs = finder();
    expect(await namesOf(kernelspecs)).toEqual(['good']);
    expect(await namesOf(kernelspecs)).toEqual(['good']);
    expect(await kernelspecs.find('broken')).toBeUndefined();
    expect(warnings.map(({ kernelspec }) => kernelspec.split('/').at(-1)).sort()).toEqual([
      'broken',
      'no-mode',
      'wrong',
    ]);
  });

  test('[S4] hides kernelspecs of unknown provisioners', async () => {
    const provisioner = (name?: string) => ({
      ...valid,
      metadata: { kernel_provisioner: { provisioner_name: name } },
    });
    await install('one/kernels/remote', provisioner('slurm'));
    await install('one/kernels/local', provisioner('local-provisioner'));
    await install('one/kernels/unnamed', provisioner());
    expect(await namesOf(finder())).toEqual(['local', 'unnamed']);
    expect(warnings).toHaveLength(1);
  });

  test('[S5] shows a kernel installed a moment ago', async () => {
    const kernelspecs = finder();
    expect(await namesOf(kernelspecs)).toEqual([]);
    await install('two/kernels/new');
    expect(await namesOf(kernelspecs)).toEqual(['new']);
  });

  test('[S6] fills in defaults and shows the keys that Jupyter shows', async () => {
    await install('one/kernels/k', { argv: ['k'], codemirror_mode: 'x', interrupt_mode: 'MESSAGE' });
    const found = await finder().find('k');
    expect(JSON.stringify(found?.spec)).toBe(
      '{"argv":["k"],"env":{},"display_name":"","language":"","interrupt_mode":"message","metadata":{},"kernel_protocol_version":""}',
    );
  });

  test('[L2] knows the environment that a kernelspec came from', async () => {
    await install('env/share/jupyter/kernels/in-env');
    await writeFile(join(root, 'env/pyvenv.cfg'), '');
    await install('local/share/jupyter/kernels/in-home');
    const kernelspecs = finder(['env/share/jupyter', 'local/share/jupyter']);
    expect((await kernelspecs.find('in-env'))?.prefix).toBe(join(root, 'env'));
    expect((await kernelspecs.find('in-home'))?.prefix).toBeNull();
  });
});
