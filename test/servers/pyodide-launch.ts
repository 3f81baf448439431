import { resolve } from 'node:path';
import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { pyodideKernelspec } from '../../kernel-bridge/pyodide/pyodide-kernelspec.ts';
import type { PyodideSettings } from '../../kernel-bridge/pyodide/pyodide-settings.ts';
import { ALL, type LauncherTraits } from '../contract/launcher-contract.ts';
import { launchIn } from './launch-in.ts';

/** Its processes run the compiled program. */
const compiled = resolve(import.meta.dirname, '../../dist/kernel-bridge/pyodide');

const PLAIN: PyodideSettings = {
  distribution: null,
  packages: null,
  network: false,
  memory: null,
  files: false,
};

/** What is other in a Python that runs in WebAssembly: it has no processes, and sees few of its own one's variables. */
export const PYODIDE_TRAITS: LauncherTraits = {
  capabilities: ALL,
  implementation: 'in_the_loop_pyodide',
  variable: 'KERNEL_EXTRA',
  seesProcesses: false,
  hasIpykernel: false,
};

/** For a kernel that runs Pyodide, in a folder below that one. */
export async function pyodideLaunch(
  root: string,
  settings: Partial<PyodideSettings> = {},
): Promise<LaunchRequest> {
  const kernelspec = pyodideKernelspec({ ...PLAIN, ...settings }, compiled);
  if (kernelspec === null) throw new Error('what kernels of Pyodide need is not built: npm run build');
  const environment = { PATH: process.env['PATH'] ?? '', SECRET_OF_THE_SERVER: 'secret' };
  return launchIn(root, { kernelspec, environment, pythonPrefix: root });
}
