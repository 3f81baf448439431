import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({ jupyterlab: z.object({ version: z.string() }) });

/** The version of the JupyterLab whose built pages an environment holds; null where it holds none. */
export function jupyterLabVersion(prefix: string): string | null {
  try {
    const file = join(prefix, 'share', 'jupyter', 'lab', 'static', 'package.json');
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).jupyterlab.version;
  } catch {
    return null; // Missing or not JupyterLab's: either way there is none to serve.
  }
}
