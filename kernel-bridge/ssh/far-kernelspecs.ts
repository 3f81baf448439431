import { basename } from 'node:path';
import { z } from 'zod';
import { withEnvironments } from '../environments/environment-kernelspecs.ts';
import { isForLocalProcesses, parseKernelspec } from '../kernelspecs/kernelspec-file.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { FarSurvey } from './far-survey.ts';

const listSchema = z.object({
  kernelspecs: z.record(z.string(), z.object({ resource_dir: z.string(), spec: z.unknown() })),
});
const NATIVE = 'python3';

/**
 * The kernelspecs of a machine: those of the place's own folders, what Jupyter there finds, what lies in its folders, and
 * ipykernel where nothing else is `python3`, and the environments that have ipykernel. A Python that the place names is `python3` in any case.
 */
export function farKernelspecs(survey: FarSurvey, namesPython: boolean): readonly Kernelspec[] {
  const native = nativeOf(survey);
  const found = [
    ...(namesPython ? native : []),
    ...survey.kernelFiles.flatMap(({ folder, text }) =>
      read(basename(folder), folder, () => JSON.parse(text) as unknown),
    ),
    ...listedBy(survey.jupyterList),
    ...native,
  ];
  const kernelspecs = new Map<string, Kernelspec>();
  for (const one of found)
    if (/^[a-z0-9._-]+$/.test(one.name) && !kernelspecs.has(one.name))
      kernelspecs.set(one.name, placed(one, survey));
  return withEnvironments([...kernelspecs.values()], survey.environments, survey.python?.prefix ?? '');
}

function nativeOf({ python }: FarSurvey): Kernelspec[] {
  const kernel = python?.kernel ?? null;
  return kernel === null ? [] : read(NATIVE, kernel.resources, () => kernel.spec);
}

function listedBy(text: string | null): Kernelspec[] {
  try {
    const { kernelspecs } = listSchema.parse(JSON.parse(text ?? '{"kernelspecs":{}}'));
    return Object.entries(kernelspecs).flatMap(([name, one]) => read(name, one.resource_dir, () => one.spec));
  } catch {
    return []; // An old or broken Jupyter: its folders were looked at, too.
  }
}

/** None for one that is broken, or meant for other ways of starting. */
function read(name: string, resourceDirectory: string, content: () => unknown): Kernelspec[] {
  try {
    const spec = parseKernelspec(JSON.stringify(content()));
    return isForLocalProcesses(spec)
      ? [{ name: name.toLowerCase(), resourceDirectory, prefix: null, spec }]
      : [];
  } catch {
    return [];
  }
}

/** `python` is the one that was asked for there: a shell that is not logged in may have another first on its PATH. */
function placed(kernelspec: Kernelspec, { python }: FarSurvey): Kernelspec {
  if (python === null) return kernelspec;
  const [program = '', ...args] = kernelspec.spec.argv;
  const isPython = /^python(3(\.\d+)?)?$/.test(program);
  const isOfEnvironment =
    isPython || program === python.executable || program.startsWith(`${python.prefix}/`);
  return {
    ...kernelspec,
    prefix: isOfEnvironment ? python.prefix : null,
    spec: isPython ? { ...kernelspec.spec, argv: [python.executable, ...args] } : kernelspec.spec,
  };
}
