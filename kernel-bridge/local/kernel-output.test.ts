import { appendFileSync, readFileSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KernelOutput, type OutputBounds } from './kernel-output.ts';

let folder: string;
let file: string;
const outputs: KernelOutput[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
  file = join(folder, 'output.log');
});
afterEach(async () => {
  for (const output of outputs.splice(0)) output.release();
  await rm(folder, { recursive: true });
});
function makeOutput(bounds?: OutputBounds): KernelOutput {
  const nothing = () => undefined;
  const output = new KernelOutput(file, { debug: nothing, info: nothing, warn: nothing }, bounds);
  outputs.push(output);
  return output;
}
const write = (output: KernelOutput, text: string) =>
  output.collect((descriptor) => writeSync(descriptor, text));

describe('KernelOutput', () => {
  test('[L7] is for its owner alone, and tells the last lines of the latest process only', async () => {
    const output = makeOutput();
    write(output, 'old\n');
    write(output, 'grün\r\nrot\nend');
    expect(await output.tail()).toBe('grün\nrot\nend');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('old');
    write(output, '');
    expect(await output.tail()).toBe('');
  });

  test('[L7] keeps the last lines only, and no endless ones', async () => {
    const many = makeOutput();
    write(many, Array.from({ length: 1000 }, (_, index) => `${index}\n`).join(''));
    const text = await many.tail();
    expect(text.split('\n')).toEqual(Array.from({ length: 40 }, (_, index) => String(960 + index)));
    write(many, 'x'.repeat(10_000_000));
    expect((await many.tail()).length).toBeLessThanOrEqual(40 * 4096);
  });

  test('[L7] is cut back to its end when it grows too big, also by a process that started long ago', async () => {
    const output = makeOutput({ limit: 10_000, kept: 1_000 });
    write(output, 'begin\n');
    // As a process does that has the file open.
    for (let line = 0; line < 2_000; line++) appendFileSync(file, `line ${line}\n`);
    await expect.poll(() => statSync(file).size).toBeLessThan(2_000);
    expect(readFileSync(file, 'utf8')).toMatch(/^\[\d+ bytes before this were removed\]\nline \d+\n/);
    expect((await output.tail()).endsWith('line 1998\nline 1999')).toBe(true);
    for (let line = 2_000; line < 4_000; line++) appendFileSync(file, `line ${line}\n`);
    await expect.poll(() => statSync(file).size).toBeLessThan(2_000);
    expect((await output.tail()).endsWith('line 3999')).toBe(true);
  });

  test('[L7] a file that somebody removed tells nothing, and the next process gets a new one', async () => {
    const output = makeOutput();
    write(output, 'gone\n');
    await rm(file);
    expect(await output.tail()).toBe('');
    write(output, 'new\n');
    expect(await output.tail()).toBe('new');
    await output.remove();
    expect(() => statSync(file)).toThrow();
  });
});
