import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalLauncher } from '../../kernel-bridge/local/local-launcher.ts';
import { launcherContract } from '../contract/launcher-contract.ts';
import { PYODIDE_TRAITS, pyodideLaunch } from '../servers/pyodide-launch.ts';
import { supervisedLauncher } from '../servers/supervised-launcher.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

// Over tcp it is encrypted: its kernelspec says that it can be.
for (const transport of ['ipc', 'tcp'] as const)
  launcherContract(
    `Python (Pyodide) over ${transport}`,
    async () => {
      const root = await realpath(await mkdtemp(join(tmpdir(), 'pyodide-')));
      const launcher = new LocalLauncher({ log: quiet, folder: join(root, 'kernels'), transport });
      return {
        launcher,
        request: await pyodideLaunch(root),
        dispose: async () => {
          await launcher.close();
          await rm(root, { recursive: true });
        },
      };
    },
    { ...PYODIDE_TRAITS, canBeCut: false, outlives: false },
  );

launcherContract(
  'Python (Pyodide) with a supervisor',
  () => supervisedLauncher(async ({ root }) => pyodideLaunch(await realpath(root))),
  { ...PYODIDE_TRAITS, canBeCut: false, outlives: false },
);
