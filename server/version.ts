import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the sources, and one folder further up from what is compiled of them. */
const manifest = ['..', join('..', '..')]
  .map((folder) => join(import.meta.dirname, folder, 'package.json'))
  .find((file) => existsSync(file));

/** The version of In the Loop, as package.json has it. */
export const VERSION = manifest
  ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
  : 'unknown';
