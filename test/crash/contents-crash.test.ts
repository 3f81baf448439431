import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTarget, replaceFile } from '../../server/contents/replace-file.ts';

const program = fileURLToPath(new URL('saving-process.ts', import.meta.url));
// server/ has parameter properties, which Node runs only when asked to.
const typescript = ['--experimental-transform-types', '--no-warnings'];

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contents-crash-'));
  path = join(directory, 'a.txt');
});
afterEach(() => rm(directory, { recursive: true }));

/** The letter last acknowledged by a process that was killed so long after so many acknowledgements. */
async function killedAfter(acknowledgements: number, milliseconds: number): Promise<string> {
  const child = spawn(process.execPath, [...typescript, program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = '';
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    count += 1;
    if (count === acknowledgements) setTimeout(() => child.kill('SIGKILL'), milliseconds);
  }
  await exited;
  return last;
}

// Moments within a save: while it is written, synced, renamed.
test.each([0, 1, 2, 3, 5, 8, 13])(
  'a process killed %i ms into a save leaves the file whole, and no older than acknowledged (I6)',
  async (milliseconds) => {
    const acknowledged = await killedAfter(3, milliseconds);
    const bytes = await readFile(path);
    const letter = String.fromCharCode(bytes[0] as number);
    expect(bytes.equals(Buffer.alloc(4_000_000, letter))).toBe(true);
    const next = String.fromCharCode(acknowledged.charCodeAt(0) + 1);
    expect([acknowledged, next]).toContain(letter);
    // What it left beside the file is taken over by the next save.
    await replaceFile(await findTarget(path), Buffer.from('after'));
    expect([await readFile(path, 'utf8'), await readdir(directory)]).toEqual(['after', ['a.txt']]);
  },
);
