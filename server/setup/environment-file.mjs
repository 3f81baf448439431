// Settings from the project's own .env. One that happens to lie in a folder of notebooks must not configure the server.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './project.mjs';

/** What the person's environment already says wins. */
export function readEnvironmentFile() {
  const file = join(PROJECT, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
