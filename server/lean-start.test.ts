import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// The built program, as `server/main.ts` imports it.
const RUN = join(import.meta.dirname, '..', 'dist', 'server', 'cli', 'run.js');
const PROGRAM = `
  import { createRequire } from 'node:module';
  await import(${JSON.stringify(RUN)});
  const files = Object.keys(createRequire(${JSON.stringify(RUN)}).cache);
  console.log(JSON.stringify([...files, ...process.moduleLoadList]));
`;

function loadedAtStart(): string[] {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM]);
  return JSON.parse(printed.toString()) as string[];
}

it('loads what every server needs, and leaves what few ask for until they do', () => {
  const loaded = loadedAtStart();
  const isLoaded = (part: string): boolean => loaded.some((name) => name.includes(part));
  expect(['/express/', '/ws/', '/pino/', 'NativeModule http'].filter(isLoaded)).toHaveLength(4);
  const seldom = ['/ajv/', '/@node-rs/', '/node-pty', '/nunjucks/', '/yaml/', 'sqlite', '/pino-pretty/'];
  // Node's web client, which an import of node:http would bring along.
  expect([...seldom, 'undici', 'NativeModule http2'].filter(isLoaded)).toEqual([]);
});
