import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { DiskKernelspecs, type DiskKernelspecsOptions } from '../kernelspecs/disk-kernelspecs.ts';
import type { KernelspecFinder } from '../kernelspecs/kernelspec.ts';
import { EnvironmentKernelspecs } from './environment-kernelspecs.ts';
import { findPythonEnvironments } from './python-environments.ts';

/**
 * All that can be started on this machine: kernelspecs that are installed, and Python environments with ipykernel.
 * @param options.projects folders in which people have projects with environments of their own
 */
export function machineKernelspecs(
  options: DiskKernelspecsOptions & { readonly projects: readonly string[] },
): KernelspecFinder {
  const { projects, pythonPrefix } = options;
  return new EnvironmentKernelspecs(
    new DiskKernelspecs(options),
    () => findPythonEnvironments({ projects, home: homedir(), environment: process.env }),
    realPath(pythonPrefix),
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Whoever starts a kernel of it is told.
  }
}
