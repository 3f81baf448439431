import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Kernelspec } from './kernelspec.ts';

/** kernel.json with Jupyter's defaults; keys that Jupyter's REST API does not show are left out. */
const kernelspecSchema = z.object({
  argv: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).default({}),
  display_name: z.string().default(''),
  language: z.string().default(''),
  interrupt_mode: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['signal', 'message']))
    .default('signal'),
  metadata: z.record(z.string(), z.unknown()).default({}),
  kernel_protocol_version: z.string().default(''),
});

/** @throws SyntaxError or ZodError for content that is no kernelspec */
export function parseKernelspec(text: string): Kernelspec['spec'] {
  return kernelspecSchema.parse(JSON.parse(text));
}

/** @throws the file system's errors, and those of parseKernelspec */
export async function readKernelspecFile(resourceDirectory: string): Promise<Kernelspec['spec']> {
  return parseKernelspec(await readFile(join(resourceDirectory, 'kernel.json'), 'utf8'));
}

/** Specs for another kind of launcher are hidden, as Jupyter hides those whose provisioner is not installed. */
export function isForLocalProcesses(spec: Kernelspec['spec']): boolean {
  const provisioner = z
    .object({ provisioner_name: z.unknown() })
    .safeParse(spec.metadata['kernel_provisioner']);
  return !provisioner.success || (provisioner.data.provisioner_name ?? LOCAL) === LOCAL;
}
const LOCAL = 'local-provisioner';
