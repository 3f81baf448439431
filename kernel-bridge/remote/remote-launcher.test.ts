import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launcherContract } from '../../test/contract/launcher-contract.ts';
import { ProcessHost } from '../../test/doubles/process-host.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import { RemoteLauncher } from './remote-launcher.ts';

const served = resolve(import.meta.dirname, '../../.venv');
const silentLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

launcherContract('RemoteLauncher', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'remote-')));
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(served, 'share/jupyter')],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = (await kernelspecs.find('python3'))!;
  const launcher = new RemoteLauncher({
    kind: 'process',
    host: new ProcessHost(join(root, 'far')),
    log: silentLog,
    folder: join(root, 'kernels'),
  });
  return {
    launcher,
    request: {
      kernelspec,
      workingDirectory: root,
      environment: { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' },
      pythonPrefix: served,
      runtimeDirectory: join(root, 'runtime'),
      target: { kind: 'process' },
    },
    dispose: async () => {
      await launcher.close();
      await rm(root, { recursive: true });
    },
  };
});
