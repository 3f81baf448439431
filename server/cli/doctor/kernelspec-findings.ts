import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { DiskKernelspecs } from '../../../kernel-bridge/kernelspecs/disk-kernelspecs.ts';
import type { Kernelspec } from '../../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { JupyterPaths } from '../../jupyter-paths.ts';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

/** The kernels that can be chosen, and whether the program of each is there. */
export async function kernelspecFindings(paths: JupyterPaths, searchPath: string): Promise<Finding[]> {
  const leftOut: Finding[] = [];
  const kernelspecs = await new DiskKernelspecs({
    dataDirectories: paths.data,
    pythonPrefix: paths.prefix,
    warn: ({ kernelspec, reason }) =>
      leftOut.push(
        broken(`the kernelspec ${kernelspec} is left out: ${reason}`, 'Correct or remove that folder.'),
      ),
  }).list();
  if (kernelspecs.length === 0) {
    const install = `${join(paths.prefix, 'bin', 'pip')} install ipykernel`;
    return [
      unusual(
        'no kernel is installed: notebooks have those alone that need nothing',
        `Install one: ${install}`,
      ),
      ...leftOut,
    ];
  }
  return [...kernelspecs.map((kernelspec) => kernelspecFinding(kernelspec, paths, searchPath)), ...leftOut];
}

function kernelspecFinding(
  { name, spec, prefix, resourceDirectory }: Kernelspec,
  paths: JupyterPaths,
  searchPath: string,
) {
  const program = spec.argv[0] ?? '';
  const environmentsOwn = join(prefix ?? paths.prefix, 'bin', program);
  const places = isAbsolute(program)
    ? [program]
    : [environmentsOwn, ...searchPath.split(delimiter).map((folder) => join(folder, program))];
  const title = `kernel ${name} (${spec.display_name})`;
  return places.some(isExecutable)
    ? well(title)
    : broken(
        `${title} cannot be launched: its program ${program} is not there`,
        `Install the kernel again, or remove its folder ${resourceDirectory}.`,
      );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // That is what is asked.
  }
}
