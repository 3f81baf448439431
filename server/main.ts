#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Parsed by whatever Node the person has; everything that needs a current one is imported after this check.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15) || (major === 23 && minor < 5)) {
  process.stderr.write(
    `In the Loop needs Node 22.15 or newer; this is ${process.version}. Install a current one from https://nodejs.org, or ` +
      'start it with "npm start" in a checkout, which brings its own.\n',
  );
  process.exit(1);
}

const { allocateSparingly } = await import('./sparing-allocator.ts');
allocateSparingly();

// Compiled code kept from the last start halves the time to the first answer. Beside what it was compiled from, where
// that can be written; a package installed for all users cannot.
const beside = nodeModule.enableCompileCache(join(import.meta.dirname, '..', 'compile-cache'));
if (beside.status === nodeModule.constants.compileCacheStatus.FAILED) {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  nodeModule.enableCompileCache(join(cache, 'in-the-loop'));
}
// A terminal that was closed takes no more lines; the server goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const { startThriftily } = await import('./thrifty-start.ts');
startThriftily();
const { run } = await import('./cli/run.ts');
// Sockets of clients that never close would keep the process from ending by itself.
process.exit(await run(process.argv.slice(2), process.env));
