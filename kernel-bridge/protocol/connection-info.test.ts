import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConnectionInfo, endpointOf, ipcPathsOf, writeConnectionFile } from './connection-info.ts';

const info: ConnectionInfo = {
  shell_port: 1,
  iopub_port: 2,
  stdin_port: 3,
  control_port: 4,
  hb_port: 5,
  ip: '/run/k',
  key: 'secret',
  transport: 'ipc',
  signature_scheme: 'hmac-sha256',
  kernel_name: 'python3',
  jupyter_session: '/home/me/a.ipynb',
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('connection files', () => {
  test('[C1] hold the fields that Jupyter writes', async () => {
    const file = await writeConnectionFile(join(folder, 'runtime', 'kernel-1.json'), info);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(info);
  });

  test('[C2] are for their owner alone, even over a file with looser rights', async () => {
    const file = join(folder, 'kernel-1.json');
    await writeFile(file, 'old', { mode: 0o666 });
    await writeConnectionFile(file, info);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o1000).toBe(0o1000);
  });

  test('[C2] are named to kernels by their real path', async () => {
    await symlink(folder, `${folder}-link`);
    try {
      expect(await writeConnectionFile(join(`${folder}-link`, 'k.json'), info)).toBe(join(folder, 'k.json'));
    } finally {
      await rm(`${folder}-link`);
    }
  });

  test('name the endpoints of ipc and tcp as Jupyter does', () => {
    expect(endpointOf(info, 'iopub')).toBe('ipc:///run/k-2');
    expect(endpointOf({ ...info, transport: 'tcp', ip: '127.0.0.1' }, 'shell')).toBe('tcp://127.0.0.1:1');
    expect(ipcPathsOf(info)).toEqual(['/run/k-1', '/run/k-2', '/run/k-3', '/run/k-4', '/run/k-5']);
    expect(ipcPathsOf({ ...info, transport: 'tcp' })).toEqual([]);
  });
});
