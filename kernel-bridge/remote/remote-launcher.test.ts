import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launcherContract } from '../../test/contract/launcher-contract.ts';
import { ProcessHost } from '../../test/doubles/process-host.ts';
import type { DetachableKernel, KernelListener, LaunchRequest } from '../kernel.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import { RemoteLauncher } from './remote-launcher.ts';

const served = resolve(import.meta.dirname, '../../.venv');
const silentLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

let root: string;
let host: ProcessHost;
const launchers: RemoteLauncher[] = [];

async function makeRequest(): Promise<LaunchRequest> {
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(served, 'share/jupyter')],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = await kernelspecs.find('python3');
  if (kernelspec === undefined) throw new Error('there is no kernelspec python3');
  return {
    kernelId: randomUUID(),
    sessionPath: null,
    kernelspec,
    workingDirectory: root,
    environment: { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' },
    pythonPrefix: served,
    runtimeDirectory: join(root, 'runtime'),
    target: { kind: 'process' },
  };
}

function makeLauncher(): RemoteLauncher {
  host = new ProcessHost(join(root, 'far'));
  const launcher = new RemoteLauncher({
    kind: 'process',
    host,
    log: silentLog,
    folder: join(root, 'kernels'),
  });
  launchers.push(launcher);
  return launcher;
}

async function setUp(): Promise<void> {
  root = await realpath(await mkdtemp(join(tmpdir(), 'remote-')));
}

async function cleanUp(): Promise<void> {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  await rm(root, { recursive: true });
}

/** As `Supervisor.open` does for one that the next process finds. */
async function takeOver(kernelId: string, listener: KernelListener): Promise<DetachableKernel> {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.detach()));
  const launcher = makeLauncher();
  const record = (await launcher.records()).find(({ request }) => request.kernelId === kernelId);
  if (record === undefined) throw new Error('there is no record of it');
  return launcher.adopt(record, listener, new Date());
}

launcherContract(
  'RemoteLauncher',
  async () => {
    await setUp();
    return {
      launcher: makeLauncher(),
      request: await makeRequest(),
      cut: () => host.cut(),
      mend: () => host.mend(),
      takeOver,
      dispose: cleanUp,
    };
  },
  { capabilities: { resume: false, limits: false, restart: true, pause: true } },
);
