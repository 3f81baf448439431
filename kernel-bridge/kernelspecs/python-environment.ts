import { execFile } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { parseKernelspec } from './kernelspec-file.ts';
import type { Kernelspec } from './kernelspec.ts';

/**
 * The Python environment that a data folder belongs to; null for the person's and the system's folders, where
 * Jupyter lets `python` mean the server's own.
 */
export async function environmentOf(dataDirectory: string): Promise<string | null> {
  const share = dirname(dataDirectory);
  if (basename(dataDirectory) !== 'jupyter' || basename(share) !== 'share') return null;
  const prefix = dirname(share);
  const marks = await Promise.all(['pyvenv.cfg', 'conda-meta'].map((mark) => exists(join(prefix, mark))));
  return marks.includes(true) ? prefix : null;
}

/** The kernelspec that ipykernel gives of itself when none is installed; null where there is no ipykernel. */
export async function nativeKernelspec(prefix: string): Promise<Kernelspec | null> {
  if (!(await hasIpykernel(prefix))) return null;
  const { stdout } = await promisify(execFile)(join(prefix, 'bin', 'python'), ['-c', ASK_IPYKERNEL]);
  const answer = answerSchema.parse(JSON.parse(stdout));
  const spec = parseKernelspec(JSON.stringify(answer.spec));
  return { name: 'python3', resourceDirectory: answer.resources, prefix, spec };
}

const ASK_IPYKERNEL = [
  'import json',
  'from ipykernel.kernelspec import RESOURCES, get_kernel_dict',
  'print(json.dumps({"resources": RESOURCES, "spec": get_kernel_dict()}))',
].join('\n');
const answerSchema = z.object({ resources: z.string(), spec: z.unknown() });

/** Looks before it asks: starting Python at every listing would be slow where ipykernel is not installed. */
async function hasIpykernel(prefix: string): Promise<boolean> {
  const lib = join(prefix, 'lib');
  const versions = await readdir(lib).catch(() => []);
  const places = versions
    .filter((name) => name.startsWith('python3'))
    .flatMap((name) => ['site-packages', 'dist-packages'].map((packages) => join(lib, name, packages)));
  const found = await Promise.all(places.map((place) => exists(join(place, 'ipykernel', 'kernelspec.py'))));
  return found.includes(true);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
