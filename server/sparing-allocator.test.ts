import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = `
  const { allocateSparingly } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'sparing-allocator.ts')).href)});
  allocateSparingly();
  const { pid, argv, env } = process;
  process.stdout.write(JSON.stringify({ pid, args: argv.slice(1), names: Object.keys(env).sort(), kept: env.KEPT }));
`;

function started(environment: Record<string, string>): {
  pid: number;
  args: string[];
  names: string[];
  kept: string;
} {
  const args = [
    '--no-warnings',
    '--experimental-strip-types',
    '--input-type=module',
    '--eval',
    PROGRAM,
    'one',
    'two words',
  ];
  const options = { env: { ...environment, KEPT: 'yes' }, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, args, options)) as ReturnType<typeof started>;
}

it('starts with a sparing allocator, the same arguments, and an environment that shows nothing of it', () => {
  expect(started({})).toMatchObject({ args: ['one', 'two words'], names: ['KEPT'], kept: 'yes' });
});

it('leaves alone an allocator that somebody has set', () => {
  expect(started({ MALLOC_ARENA_MAX: '1' }).names).toEqual(['KEPT', 'MALLOC_ARENA_MAX']);
});
