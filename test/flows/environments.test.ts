import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { PREFIX } from '../servers/stock-server.ts';

/** A virtual environment in a project, with ipykernel as pip would put it there, without asking an index for it. */
function makeEnvironment(project: string): string {
  mkdirSync(project, { recursive: true });
  const prefix = join(realpathSync(project), '.venv');
  const python = join(PREFIX, 'bin', 'python');
  execFileSync(python, ['-m', 'venv', '--without-pip', prefix]);
  const paths =
    'import json, sysconfig, ipykernel; print(json.dumps([sysconfig.get_path("purelib"), ipykernel.__path__[0]]))';
  const [libraries, ipykernel] = JSON.parse(execFileSync(python, ['-c', paths]).toString()) as [
    string,
    string,
  ];
  const own = join(prefix, libraries.slice(libraries.indexOf('/lib/') + 1));
  symlinkSync(ipykernel, join(own, 'ipykernel'));
  writeFileSync(join(own, 'others.pth'), `${libraries}\n`);
  return prefix;
}

test("a project's environment is a kernel without being installed, and is the one that cells run in", async () => {
  const server = await startOurServer();
  try {
    const listed = async (): Promise<string[]> =>
      Object.keys(
        (await sendOk(server, { path: '/api/kernelspecs' })).json<{ kernelspecs: object }>().kernelspecs,
      );
    expect(await listed()).not.toContain('venv-fish');
    const prefix = makeEnvironment(join(server.folders.root, 'fish'));
    expect(await listed()).toContain('venv-fish');
    const started = await sendOk(server, {
      method: 'POST',
      path: '/api/kernels',
      body: { name: 'venv-fish' },
    });
    const socket = await KernelSocket.open(server, started.json<{ id: string }>().id);
    const { text } = await socket.execute(
      'import os, shutil, sys; print(sys.prefix, shutil.which("python"), os.environ["VIRTUAL_ENV"])',
    );
    expect(text.trim().split(' ')).toEqual([prefix, join(prefix, 'bin', 'python'), prefix]);
    await socket.close();
  } finally {
    await server.close();
  }
});
